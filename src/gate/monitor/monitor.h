#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "gate/monitor/formula.h"

namespace longmen::gate::monitor {

/// Watches a formula over a run, one sample a period, by its robustness (Donzé and Maler 2010): how
/// far the signals are from breaking it, negative when they do. What looks ahead by h is known h
/// later: update() speaks of the sample horizon() ago. Before the first sample there is nothing:
/// once and since are then as far from true as can be, historically as far from false.
/// All memory is taken in create(); update() takes none and never throws.
class Monitor {
 public:
  /// @param signals  names of the values that update() gets, in their order.
  /// Errors: kUnknownName for a signal that is not among them, which lists them; kInvalidArgument
  /// for windows beyond kStepsMax periods (kPairStepsMax of since and until, which go through
  /// theirs at each sample), and for operators of the past over those of the future.
  static Result<Monitor> create(const Formula& formula, std::span<const std::string> signals,
                                double period_s);
  static constexpr std::int64_t kStepsMax = 1 << 18;
  static constexpr std::int64_t kPairStepsMax = 1 << 12;

  /// One sample. Robustness of the formula `horizon()` samples ago; before so many samples it is
  /// infinity. A value that is not a number makes it minus infinity for as long as it is
  /// remembered.
  double update(std::span<const double> values) noexcept;
  /// To begin anew.
  void reset() noexcept;

  [[nodiscard]] std::int64_t horizon() const noexcept { return horizon_; }

 private:
  /// The last values of a part of the formula.
  struct Ring {
    explicit Ring(std::size_t size = 0) : values(size) {}
    std::vector<double> values;
    std::size_t next = 0;
    void push(double value) noexcept {
      values[next] = value;
      next = next + 1 == values.size() ? 0 : next + 1;
    }
    /// The value `ago` pushes before the last one.
    [[nodiscard]] double ago(std::size_t ago) const noexcept {
      const std::size_t back = ago + 1;
      return values[next >= back ? next - back : next + values.size() - back];
    }
  };
  /// Greatest of the last `size` values, in constant time over many: candidates in falling order.
  struct Window {
    explicit Window(std::int64_t size = 0)
        : length(size), candidates(static_cast<std::size_t>(size)) {}
    struct Candidate {
      double value = 0.0;
      std::int64_t at = 0;
    };
    std::int64_t length;
    std::vector<Candidate> candidates;  ///< a ring
    std::size_t first = 0, count = 0;
    std::int64_t now = 0;
    double push(double value) noexcept;
  };
  struct Part {
    Formula::Node node;
    std::int64_t from = 0, to = 0;  ///< of the window, in samples
    double value = 0.0;
    Ring left, right;  ///< delayed children
    std::size_t left_late = 0, right_late = 0;
    Window window;
  };

  Monitor() = default;
  double evaluate(Part& part, std::span<const double> values) noexcept;
  static double since(const Part& part) noexcept;
  static double until(const Part& part) noexcept;

  std::vector<Part> parts_;
  std::vector<int> signals_;  ///< the formula's among the caller's
  std::int64_t horizon_ = 0;
  std::int64_t memory_ = 0;  ///< samples that a value can still matter for
  std::int64_t seen_ = 0;
  std::int64_t unknown_until_ = 0;
};

}  // namespace longmen::gate::monitor

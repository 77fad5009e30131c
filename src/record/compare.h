#pragma once

#include <memory>
#include <optional>
#include <string>

#include "record/tick_record.h"
#include "record/topics.h"

namespace longmen::record {

/// The first value that is not the same in two runs.
struct Difference {
  Topic topic = Topic::kSensors;
  Tick tick = 0;
  std::string field;  ///< name and index in the stream's message: "feet[1].p_WS[2]"
  std::string recorded;
  std::string recomputed;

  /// One line for people.
  [[nodiscard]] std::string text() const;
};

/// Compares what a tick recorded with what it computes again, bit for bit: equal NaN are equal, the
/// two zeros are not. Streams in the order of the loop, fields in the order of the messages. Inside
/// a gap only the gate's report and the safe command are compared.
class TickComparer {
 public:
  TickComparer();
  ~TickComparer();
  [[nodiscard]] std::optional<Difference> first_difference(const TickRecord& recorded,
                                                           const TickRecord& recomputed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace longmen::record

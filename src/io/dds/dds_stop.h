#pragma once

#include <atomic>
#include <memory>

#include "core/result.h"
#include "io/dds/dds_link.h"

namespace longmen::io {

/// The emergency stop by the topic `rt/emergency_stop`: anybody's who reaches this machine's
/// loopback. One that cannot be read is a stop, too.
class DdsStopListener {
 public:
  /// Listens on a thread of its own. Errors: kIo, with the library's words.
  static Result<DdsStopListener> listen(const DdsMeeting& meeting);

  /// Whether one has come since the last look. Never waits: for the loop's thread.
  [[nodiscard]] bool take() noexcept;

  DdsStopListener(DdsStopListener&&) noexcept;
  ~DdsStopListener();

 private:
  struct Impl;
  explicit DdsStopListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The other end.
class DdsStopButton {
 public:
  /// Errors: kIo, with the library's words.
  static Result<DdsStopButton> open(const DdsMeeting& meeting);
  /// Errors: kNotFound when no robot listens within that time.
  Result<void> wait_for_robot(double patience_s);
  /// Errors: kIo.
  Result<void> press();

  DdsStopButton(DdsStopButton&&) noexcept;
  ~DdsStopButton();

 private:
  struct Impl;
  explicit DdsStopButton(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longmen::io

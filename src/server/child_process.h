#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/result.h"
#include "wall/socket.h"

namespace longmen::server {

/// A program of ours that runs beside the server and ends with it.
class ChildProcess {
 public:
  /// Where its standard streams lead. Standard error is ours, but of kQuietPipes it is not heard.
  enum class Streams { kNone, kPipes, kQuietPipes };

  /// Error: kIo. `arguments` begin with the program.
  static Result<ChildProcess> start(const std::vector<std::string>& arguments, Streams streams);

  /// Not waiting: is it still there?
  [[nodiscard]] bool is_alive();
  /// SIGTERM; SIGKILL when it has not ended after `patience_s`.
  void end(double patience_s);

  [[nodiscard]] const wall::Descriptor& input() const { return input_; }    ///< to its stdin
  [[nodiscard]] const wall::Descriptor& output() const { return output_; }  ///< from its stdout

  ChildProcess() = default;
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

 private:
  pid_t pid_ = -1;
  wall::Descriptor input_, output_;
};

}  // namespace longmen::server

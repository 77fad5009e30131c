#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace longmen::view {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const { return value_; }
  void reset();

 private:
  int value_;
};

/// Starts a program, looked for in PATH, with these as its standard input, output and errors. It is
/// in a group of its own: a Ctrl-C is for us. Error kUnsupported: it is not installed (`package` of
/// Debian has it), or does not start.
Result<pid_t> start_child(std::vector<std::string> command, const Descriptor& in,
                          const Descriptor& out, const Descriptor& words, const char* package);

/// Waits for its end. @return whether it ended well
bool wait_for_child(pid_t child);

}  // namespace longmen::view

#include "trial/process_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

/// A child that writes its result, or {"error": ...}, and ends.
struct Child {
  std::size_t index = 0;
  pid_t process = -1;
  int pipe = -1;
  std::string text;
};

void send(int pipe, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t n = ::write(pipe, text.data() + sent, text.size() - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

Result<Child> start(std::size_t index, const std::function<Result<Json>(std::size_t)>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return fail(ErrorCode::kIo, "cannot make a pipe for a run");
  const pid_t process = fork();
  if (process < 0) {
    close(ends[0]);
    close(ends[1]);
    return fail(ErrorCode::kIo, "cannot start a process for a run");
  }
  if (process == 0) {
    close(ends[0]);
    const auto result = work(index);
    send(ends[1], (result ? *result : Json{{"error", result.error().text()}}).dump());
    _exit(result ? 0 : 1);
  }
  close(ends[1]);
  return Child{index, process, ends[0], {}};
}

/// Takes what has come. True at the end.
bool read_some(Child& child) {
  std::array<char, 1 << 16> buffer{};
  const ssize_t n = ::read(child.pipe, buffer.data(), buffer.size());
  if (n < 0) return errno != EINTR;
  child.text.append(buffer.data(), static_cast<std::size_t>(n));
  return n == 0;
}

Result<Json> finish(const Child& child, const std::string& name) {
  close(child.pipe);
  waitpid(child.process, nullptr, 0);
  Json json = Json::parse(child.text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::kInternal, fmt::format("{} died", name));
  if (json.contains("error"))
    return fail(ErrorCode::kInvalidArgument, json["error"].get<std::string>());
  return json;
}

}  // namespace

Result<void> run_processes(std::size_t count, int jobs,
                           const std::function<Result<Json>(std::size_t)>& work,
                           const std::function<std::string(std::size_t)>& name,
                           const std::function<bool(std::size_t, Json)>& on_result) {
  std::vector<Child> children;
  std::vector<pollfd> pipes;
  std::size_t next = 0;
  Result<void> done;
  bool goes_on = true;
  const auto note = [&](const Error& error) {
    if (done) done = tl::make_unexpected(error);
    goes_on = false;
  };
  while (true) {
    while (goes_on && next < count && children.size() < static_cast<std::size_t>(jobs)) {
      if (auto child = start(next++, work))
        children.push_back(std::move(*child));
      else
        note(child.error());
    }
    if (children.empty()) return done;
    pipes.clear();
    for (const Child& child : children) pipes.push_back({child.pipe, POLLIN, 0});
    if (poll(pipes.data(), pipes.size(), -1) < 0) continue;  // a signal
    for (std::size_t i = children.size(); i-- > 0;) {
      if (pipes[i].revents == 0 || !read_some(children[i])) continue;
      const Child child = std::move(children[i]);
      children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
      auto json = finish(child, name(child.index));
      if (!json)
        note(json.error());
      else if (!on_result(child.index, std::move(*json)))
        goes_on = false;
    }
  }
}

}  // namespace longmen::trial

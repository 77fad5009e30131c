// From pressing the emergency stop, by DDS or by the robot's socket, to the first command to the
// motors that it has changed: ms, of a robot that lives by the clock. With `load`, two threads of
// work beside it.
//   stop_bench PROJECT_FOLDER [COUNT] [load]
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "io/dds/dds_stop.h"
#include "model/robot_names.h"
#include "runtime/live_robot.h"
#include "runtime/resting_io.h"
#include "wall/client.h"

namespace longmen {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Notes when the first command of a stop is handed to the motors.
class WatchedIo final : public io::RobotIo {
 public:
  WatchedIo(io::RobotIo& inner, const runtime::Session& session)
      : inner_(inner), session_(session) {}
  void read(SensorFrame& frame) noexcept override { inner_.read(frame); }
  io::WriteStatus write(SafeCommand&& command) noexcept override {
    const auto status = inner_.write(std::move(command));
    const bool is_stopped = session_.loop().arming().emergency();
    if (is_stopped && !was_stopped_) stopped_at_.store(Clock::now().time_since_epoch().count());
    if (!is_stopped && was_stopped_) stopped_at_.store(0);
    was_stopped_ = is_stopped;
    return status;
  }
  void power_motors(const io::MotorMask& powered) noexcept override {
    inner_.power_motors(powered);
  }
  [[nodiscard]] Tick tick() const noexcept override { return inner_.tick(); }
  [[nodiscard]] int joint_count() const noexcept override { return inner_.joint_count(); }
  [[nodiscard]] bool is_simulated() const noexcept override { return true; }
  /// 0: not stopped.
  [[nodiscard]] Clock::rep stopped_at() const { return stopped_at_.load(); }

 private:
  io::RobotIo& inner_;
  const runtime::Session& session_;
  std::atomic<Clock::rep> stopped_at_{0};
  bool was_stopped_ = false;
};

template <typename Done>
bool wait_until(const Done& done) {
  for (int i = 0; i < 20'000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return false;
}

template <typename Press>
bool measure(const char* name, int count, WatchedIo& io, wall::Client& person, const Press& press) {
  std::vector<double> ms;
  for (int i = 0; i < count; ++i) {
    std::this_thread::sleep_for(std::chrono::microseconds(1000 + 137 * (i % 11)));
    const Clock::time_point begin = Clock::now();
    press();
    if (!wait_until([&] { return io.stopped_at() != 0; })) return false;
    const auto took = Clock::duration(io.stopped_at()) - begin.time_since_epoch();
    ms.push_back(std::chrono::duration<double, std::milli>(took).count());
    const bool is_clear = wait_until([&] {
      static_cast<void>(person.stop(wall::StopRequest::Act::kReset));
      while (person.next(0).value_or(std::nullopt)) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      return io.stopped_at() == 0;
    });
    if (!is_clear) return false;
  }
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double share) {
    return ms[std::min(ms.size() - 1,
                       static_cast<std::size_t>(share * static_cast<double>(ms.size())))];
  };
  fmt::print("{}: n {}, p50 {:.2f} ms, p99 {:.2f} ms, most {:.2f} ms\n", name, count, at(0.5),
             at(0.99), ms.back());
  return true;
}

int run(const fs::path& project, int count) {
  auto session = runtime::Session::create(
      {.project_folder = project,
       .robot_folder = project / "robots" / model::robot_names(project / "robots").front(),
       .world_folder = project / "worlds/factory",
       .real_time = true});
  if (!session) return fmt::print("{}\n", session.error().text()), 1;
  runtime::RestingIo resting(session->model());
  WatchedIo io(resting, *session);
  const fs::path socket = fs::temp_directory_path() / fmt::format("longmen_stop_{}", getpid());
  auto wall_server = runtime::WallServer::create(socket, {}, {});
  if (!wall_server) return fmt::print("{}\n", wall_server.error().text()), 1;
  const io::DdsMeeting meeting{0, fmt::format("stop bench {}", getpid())};
  auto listener = io::DdsStopListener::listen(meeting);
  auto button = io::DdsStopButton::open(meeting);
  if (!listener || !button || !button->wait_for_robot(10.0)) return fmt::print("no DDS\n"), 1;
  runtime::LiveRobot robot(*session, io, **wall_server, {});
  robot.listen([&] { return listener->take(); }, "dds");
  std::atomic<bool> ends{false};
  std::thread lives([&] { static_cast<void>(robot.run([&] { return ends.load(); })); });
  auto person = wall::Client::connect(socket, wall::Role::kOperator, "bench").value();
  const bool is_measured =
      measure("DDS", count, io, person, [&] { static_cast<void>(button->press()); }) &&
      measure("socket", count, io, person,
              [&] { static_cast<void>(person.stop(wall::StopRequest::Act::kEmergency)); });
  ends.store(true);
  lives.join();
  return is_measured ? 0 : 1;
}

}  // namespace
}  // namespace longmen

int main(int argc, char** argv) {
  if (argc < 2) return fmt::print("stop_bench PROJECT_FOLDER [COUNT] [load]\n"), 2;
  std::atomic<bool> ends{false};
  std::vector<std::thread> load;
  for (int i = 0; i < (argc > 3 ? 2 : 0); ++i)
    load.emplace_back([&] {
      volatile double sum = 0.0;
      while (!ends.load()) sum = sum + 1.0;
    });
  const int code = longmen::run(argv[1], argc > 2 ? std::stoi(argv[2]) : 200);
  ends.store(true);
  for (std::thread& thread : load) thread.join();
  return code;
}

#include "registry/watch.h"

#include <atomic>
#include <chrono>
#include <semaphore>

namespace longmen::registry {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPeriod = std::chrono::milliseconds(20);

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

struct Watch::Shared {
  std::atomic<bool> is_admitted{true};
  std::atomic<bool> ends{false};
  std::atomic<Clock::time_point> answered{Clock::now()};
  std::binary_semaphore ended{0};
};

Watch::Watch() : shared_(std::make_shared<Shared>()) {}

Result<std::unique_ptr<Watch>> Watch::start(const std::string& database,
                                            const trust::TrustRoots& roots, std::string model,
                                            std::string identity, std::string vertical,
                                            std::vector<Input> inputs) {
  auto opened = Register::open(database, roots);
  if (!opened) return tl::make_unexpected(opened.error());
  std::unique_ptr<Watch> watch(new Watch);
  watch->looks_ = std::thread([shared = watch->shared_, models = std::move(*opened),
                               model = std::move(model), identity = std::move(identity),
                               vertical = std::move(vertical), inputs = std::move(inputs)] {
    while (!shared->ends && shared->is_admitted) {
      if (!models.admit(model, identity, vertical, inputs, unix_time_s()))
        shared->is_admitted = false;
      shared->answered = Clock::now();
      std::this_thread::sleep_for(kPeriod);
    }
    shared->ended.release();
  });
  watch->minds_silence_ = std::jthread([shared = watch->shared_](const std::stop_token& end) {
    while (!end.stop_requested() && shared->is_admitted) {
      if (Clock::now() - shared->answered.load() > kPatience) shared->is_admitted = false;
      std::this_thread::sleep_for(kPeriod);
    }
  });
  return watch;
}

Watch::~Watch() {
  shared_->ends = true;
  if (shared_->ended.try_acquire_for(kPatience))
    looks_.join();
  else
    looks_.detach();  // it waits for a database that may never answer
}

bool Watch::is_admitted() const noexcept {
  return shared_->is_admitted.load(std::memory_order_relaxed);
}

}  // namespace longmen::registry

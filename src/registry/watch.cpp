#include "registry/watch.h"

#include <chrono>

namespace longmen::registry {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(20);

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<std::unique_ptr<Watch>> Watch::start(const std::string& database,
                                            const trust::TrustRoots& roots, std::string model,
                                            std::string identity, std::string vertical,
                                            std::vector<Input> inputs) {
  auto opened = Register::open(database, roots);
  if (!opened) return tl::make_unexpected(opened.error());
  std::unique_ptr<Watch> watch(new Watch);
  watch->thread_ =
      std::jthread([watch = watch.get(), models = std::move(*opened), model = std::move(model),
                    identity = std::move(identity), vertical = std::move(vertical),
                    inputs = std::move(inputs)](const std::stop_token& end) {
        while (!end.stop_requested() && watch->is_admitted()) {
          if (!models.admit(model, identity, vertical, inputs, unix_time_s()))
            watch->is_admitted_ = false;
          std::this_thread::sleep_for(kPeriod);
        }
      });
  return watch;
}

Watch::~Watch() = default;

}  // namespace longmen::registry

#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "registry/register.h"

namespace longmen::registry {

/// Looks at the register from a thread of its own, 50 times a second, for as long as a model works:
/// a revocation by any process is seen in well under 100 ms. When the register cannot be read, the
/// model is not admitted either.
class Watch {
 public:
  /// Errors: those of Register::open.
  static Result<std::unique_ptr<Watch>> start(const std::string& database,
                                              const trust::TrustRoots& roots, std::string model,
                                              std::string identity, std::string vertical,
                                              std::vector<Input> inputs);
  ~Watch();

  /// Real-time safe. Once false, for ever false.
  [[nodiscard]] bool is_admitted() const noexcept {
    return is_admitted_.load(std::memory_order_relaxed);
  }

 private:
  Watch() = default;
  std::atomic<bool> is_admitted_{true};
  std::jthread thread_;
};

}  // namespace longmen::registry

#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "registry/register.h"

namespace longmen::registry {

/// Looks at the register from a thread of its own, 50 times a second, for as long as a model works:
/// a revocation by any process is seen in well under 100 ms. When the register cannot be read, or
/// says nothing for kPatience, the model is not admitted either.
class Watch {
 public:
  static constexpr std::chrono::seconds kPatience{2};

  /// Errors: those of Register::open.
  static Result<std::unique_ptr<Watch>> start(const std::string& database,
                                              const trust::TrustRoots& roots, std::string model,
                                              std::string identity, std::string vertical,
                                              std::vector<Input> inputs);
  ~Watch();

  /// Real-time safe. Once false, for ever false.
  [[nodiscard]] bool is_admitted() const noexcept;

 private:
  struct Shared;
  Watch();
  std::shared_ptr<Shared> shared_;  ///< also by a thread that a silent database still holds
  std::thread looks_;
  std::jthread minds_silence_;
};

}  // namespace longmen::registry

#pragma once

#include <string>

#include "agent/agent.h"

namespace longmen::agent {

/// Bounds of one endpoint. Whatever exceeds one is no answer.
struct EndpointLimits {
  double connect_timeout_s = 5.0;
  double timeout_s = 30.0;  ///< of one request as a whole
  int tries = 3;            ///< a refused connection, 429 or 5xx is tried again
  std::size_t reply_max_bytes = 256 * 1024;
  int tokens_max = 1024;    ///< of one reply
  int requests_max = 1000;  ///< of this agent's life: its budget
};

/// A language model behind an OpenAI-compatible endpoint. It is held to a JSON schema where the
/// endpoint can do that; whatever comes is data, checked against the skill catalogue and the world.
/// A key for it may be in LONGMEN_API_KEY. Not thread-safe.
class EndpointAgent final : public Agent {
 public:
  /// @param address  URL#NAME, as "http://127.0.0.1:8080/v1#small"; the name is the model's.
  /// Error: kInvalidArgument.
  static Result<EndpointAgent> create(const std::string& address, EndpointLimits limits = {});

  [[nodiscard]] std::string model() const override { return name_; }
  [[nodiscard]] Answer answer(std::string_view text, const world::World& world) const override {
    return answer_after({}, text, world);
  }
  /// The endpoint gets the turns as messages of the person and its own.
  [[nodiscard]] Answer answer_after(std::span<const Exchange> before, std::string_view text,
                                    const world::World& world) const override;
  [[nodiscard]] bool replans() const override { return true; }

 private:
  EndpointAgent(std::string url, std::string name, EndpointLimits limits)
      : url_(std::move(url)), name_(std::move(name)), limits_(limits) {}
  /// The text that the model wrote. Errors: kIo, kParse, kInvalidArgument.
  [[nodiscard]] Result<std::string> ask(const std::string& body) const;

  std::string url_;
  std::string name_;
  EndpointLimits limits_;
  mutable int requests_ = 0;
};

}  // namespace longmen::agent

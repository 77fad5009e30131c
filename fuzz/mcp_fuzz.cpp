// Messages of an outside agent over the Model Context Protocol, a line each; no robot is there.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "agent/parser.h"
#include "mcp_tools.h"
#include "target.h"

namespace {
using namespace longmen;

app::McpTools& tools() {
  static const std::filesystem::path root = LONGMEN_SOURCE_DIR;
  static app::McpTools made(std::make_unique<agent::Parser>(agent::Parser::create().value()),
                            world::load_world(root / "worlds/factory").value(),
                            gate::plan::PlanGate::load(root / "rules").value(), std::nullopt);
  return made;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::optional<std::string> reply;
  tools().take(std::string(fuzz::text(data, size)), [&](const std::string& said) {
    fuzz::demand(!reply, "a message has one answer at most");
    reply = said;
  });
  fuzz::demand(tools().attend().has_value(), "without a robot there is nothing to attend to");
  if (!reply) return 0;  // a notification
  fuzz::demand(reply->find('\n') == std::string::npos, "a reply is one line");
  const auto json = nlohmann::json::parse(*reply, nullptr, false);
  fuzz::demand(json.is_object() && json.value("jsonrpc", "") == "2.0" && json.contains("id"),
               "a reply is one of JSON-RPC 2.0");
  fuzz::demand(json.contains("result") != json.contains("error"),
               "a reply is a result or an error");
  return 0;
}

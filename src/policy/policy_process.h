#pragma once

#include <filesystem>

#include "core/result.h"
#include "policy/walls.h"
#include "wall/socket.h"

namespace longmen::policy {

/// The process of a motion policy, from its first line to its last: goes behind its walls, loads
/// plain weights, and answers each observation with a command until the robot hangs up. Nothing of
/// the robot is in it. Errors: those of enter_walls() and Network::parse(); kIo when the file
/// cannot be read or the robot does not speak the protocol.
Result<void> serve_network(const wall::Descriptor& robot, const std::filesystem::path& model,
                           const WallsConfig& walls);

/// The same for a model in ONNX: the walls, and then the program `arguments` behind them, which
/// is told last which walls stand and answers on the same socket. Returns only when it cannot
/// begin. Error: kIo.
Error become(const std::vector<std::string>& arguments, const WallsConfig& walls);

}  // namespace longmen::policy

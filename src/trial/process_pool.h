#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/result.h"

namespace longmen::trial {

/// Does `count` pieces of work, each in a process of its own, so that one's memory and CPU time are
/// its own and its death is only its own; at most `jobs` at a time, begun in order.
/// @param work       runs in the child; gives one JSON object.
/// @param name       of a piece, for errors.
/// @param on_result  sees each result as soon as it is there, in the order in which they end; false
///                   begins no more.
/// Errors: the first error of a piece; kInternal when a process dies; kIo. Those that run then are
/// waited for, and their results are still seen.
Result<void> run_processes(
    std::size_t count, int jobs,
    const std::function<Result<nlohmann::ordered_json>(std::size_t)>& work,
    const std::function<std::string(std::size_t)>& name,
    const std::function<bool(std::size_t, nlohmann::ordered_json)>& on_result);

}  // namespace longmen::trial

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "registry/register.h"
#include "registry/watch.h"
#include "world/world.h"

namespace longmen::app {

/// Unix time, in seconds.
[[nodiscard]] std::int64_t unix_time_s();

/// The register's database: the option, else register.db in the user's data folder.
[[nodiscard]] Result<std::string> register_database(const std::string& option);
/// Opens it, with what this installation trusts.
[[nodiscard]] Result<registry::Register> open_register(const std::string& database);

/// Holds a register's history to what this machine has seen of it. Error: kCorrupt when acts are
/// gone.
[[nodiscard]] Result<void> remember_acts(const std::vector<registry::HistoryLine>& acts,
                                         const std::string& database);

/// Is this model one that comes with the program, and so is registered by the rule pack?
[[nodiscard]] bool is_shipped(const std::string& model);

/// What the register says of a model as --model names it, for one world.
struct Admission {
  std::string name;  ///< in the register
  std::unique_ptr<registry::Watch> watch;
};
/// Error: why it may not work there.
[[nodiscard]] Result<Admission> admission_of(const std::string& model, const world::World& world,
                                             const std::string& database);

/// What a session asks in each tick; nothing where no register watches. `watch` must outlive it.
[[nodiscard]] std::function<bool()> is_admitted_by(const registry::Watch* watch);

}  // namespace longmen::app

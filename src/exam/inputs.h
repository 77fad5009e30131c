#pragma once

#include <filesystem>
#include <vector>

#include "core/result.h"
#include "registry/certificate.h"

namespace longmen::exam {

/// What the result of an exam hangs on, beside the model and the program, in the order of names:
/// the plan gate's rules (rules/plan, rules/hazards), both banks, the world, the skill catalogue,
/// and the weights that tell near-duplicates. Errors: those of the plan gate's files; kNotFound.
Result<std::vector<registry::Input>> inputs_of(const std::filesystem::path& project,
                                               const std::filesystem::path& world_folder,
                                               const std::filesystem::path& embedding_weights);

/// The files that an exam draws its cases from: the common bank, then the world's own.
std::vector<std::filesystem::path> banks_of(const std::filesystem::path& project,
                                            const std::filesystem::path& world_folder);

}  // namespace longmen::exam

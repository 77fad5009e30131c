#pragma once

#include <string>

namespace longmen::runtime {

/// A rehearsal that went before a run: the run may carry out that plan and no other, and none at
/// all when the rehearsal was not safe.
struct Rehearsed {
  std::string plan_hash;  ///< of the approved plan, hex
  int copies = 0;
  int unsafe = 0;          ///< copies in which something happened that must not
  std::string worst_json;  ///< the worst margins of all copies, an object
};

}  // namespace longmen::runtime

#pragma once

#include <string>

namespace longmen {

/// A sentence for a person, in English and Chinese. Both are always given.
struct Bilingual {
  std::string en;
  std::string zh;
  friend bool operator==(const Bilingual&, const Bilingual&) = default;
};

}  // namespace longmen

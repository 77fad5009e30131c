#include "record/seal.h"

#include <fmt/format.h>

#include "trust/signed_note.h"

namespace longmen::record {

Digest PrefixHash::leaf(bool is_end) const {
  const std::string text = fmt::format("longmen file\n{}\n{}\n{}\n", size_, hash_.digest().hex(),
                                       is_end ? "end" : "goes on");
  return leaf_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

McapValues RecordSeal::checkpoint(bool is_end) {
  tree_.append(prefix_.leaf(is_end));
  const Checkpoint checkpoint{origin_, tree_.size(), tree_.root()};
  auto note = trust::SignedNote::make(checkpoint.text());
  if (!note) return {};  // cannot be: the origin was checked when the record began
  note->sign(*key_);
  return {{kCheckpointKey, note->bytes()}};
}

}  // namespace longmen::record

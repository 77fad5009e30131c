// Fuzzes what reads signed texts from outside: notes, checkpoints, proofs, public keys.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "record/tlog_proof.h"
#include "trust/signed_note.h"
#include "trust/signing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longmen;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Each form has one text: what is read is written the same.
  if (const auto note = trust::SignedNote::parse(text); note && note->bytes() != text) std::abort();
  if (const auto checkpoint = record::Checkpoint::parse(text);
      checkpoint && checkpoint->text() != text)
    std::abort();
  if (const auto key = trust::PublicKey::parse(text); key && key->text() != text) std::abort();
  if (const auto proof = record::TlogProof::parse(text)) {
    if (proof->text() != text) std::abort();
    if (record::check_proof(*proof, {})) std::abort();  // nobody is trusted
  }
  return 0;
}

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/types.h"
#include "record/byte_source.h"
#include "record/checkpoint.h"
#include "record/tlog_proof.h"
#include "trust/trust_roots.h"

namespace longmen::record {

/// What a checked record proves.
struct VerifyReport {
  Checkpoint checkpoint;  ///< the last one; every message before it is proved
  std::string note;       ///< the same, signed: what may leave the machine
  Signer signer;
  std::uint64_t checkpoints = 0;
  std::uint64_t messages = 0;  ///< proved
  std::uint64_t last_ns = 0;   ///< log time of the last one
  bool complete = false;       ///< the run came to its end and nothing is missing
  std::string end_note;        ///< else what is missing, as one line
};

/// Reads every byte of a record and holds it to its signed checkpoints: what was changed, removed,
/// added, moved or cut is found. Errors: kNotFound, kIo, kParse (not a record); kCorrupt: altered,
/// with the place; kNotFound in `where` "signature": nobody who is trusted signed it. A record that
/// was cut is no error: `complete` is false.
Result<VerifyReport> verify_record(const std::filesystem::path& file,
                                   const trust::TrustRoots& roots);
Result<VerifyReport> verify_record(std::unique_ptr<ByteSource> source, const std::string& name,
                                   const trust::TrustRoots& roots);

/// That the record grew from an older checkpoint of it, by a consistency proof. `note` is the older
/// one, as it left the machine; `report` is of verify_record. Error kCorrupt: it did not.
Result<std::vector<Digest>> prove_growth(const std::filesystem::path& file,
                                         const VerifyReport& report, const std::string& note,
                                         const trust::TrustRoots& roots);

/// One message with the proof that it is in the record: what can be shown without the rest.
struct ProvedLeaf {
  TlogProof proof;  ///< its `extra` is the record of the format: opcode, length, content
  std::string topic;
  std::uint64_t log_time_ns = 0;
};
/// Message number `sequence` (from 0) of a stream, with its proof. Error kNotFound: there is no
/// such one in the proved part.
Result<ProvedLeaf> prove_message(const std::filesystem::path& file, const VerifyReport& report,
                                 const std::string& topic, std::uint32_t sequence);

}  // namespace longmen::record

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/bilingual.h"
#include "core/digest.h"
#include "core/result.h"
#include "registry/model_signature.h"

namespace longmen::registry {

enum class ModelKind { kPlanner, kPolicy };
[[nodiscard]] std::string name_of(ModelKind kind);
/// Error: kUnknownName with the valid ones.
Result<ModelKind> kind_of(const std::string& name);

/// What a submitter says of a model, bound to what the model is: the digest of its weights, or the
/// identity of its endpoint.
struct Card {
  std::string name;
  ModelKind kind = ModelKind::kPlanner;
  std::string organisation;  ///< of the developer
  std::string licence;
  Bilingual summary;
  std::vector<std::string> verticals;  ///< worlds that it wants to work in
  std::vector<std::string> weights;    ///< files, relative to the card's folder
  std::string endpoint;                ///< URL#NAME; exactly one of the two is there
  std::string sha256;                  ///< of the weights, as the card claims it
  std::string signature;    ///< file beside the card: the weights signed, OpenSSF Model Signing
  std::string signing_key;  ///< the developer's public key, PEM
  std::string identity;     ///< "sha256:…" or "endpoint:…"
  std::string text;         ///< the card as it was written

  /// Reads CARD.yaml and, where it names weights, hashes them and holds them to the card's
  /// `sha256` and to the developer's signature. Errors: those of a strict file; kNotFound for
  /// missing weights; kCorrupt when they are not what the card says, or not what was signed.
  static Result<Card> load(const std::filesystem::path& file);
  /// The card alone: its weights are not looked at. Untrusted text. Errors: those of a strict file.
  static Result<Card> parse(std::string text, const std::string& where);
};

/// SHA-256 of a file of any size. Error: kNotFound when it cannot be read.
Result<Digest> digest_of_file(const std::filesystem::path& file);

/// The SHA-256 of each file, in order of their names. Error: kNotFound.
Result<std::vector<SignedFile>> hashed(const std::filesystem::path& folder,
                                       std::vector<std::string> files);

/// SHA-256 over the manifest "sha256  name\n" of the files in order of their names.
[[nodiscard]] Digest digest_of_weights(const std::vector<SignedFile>& files);

}  // namespace longmen::registry

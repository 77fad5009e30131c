#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/embedder.h"

namespace longmen::agent {

/// What a clause may ask for; everything else is kNone. kFiller is words beside the matter.
enum class Frame : std::uint8_t {
  kWalkTo,
  kGoHome,
  kTurn,
  kTurnAround,
  kSpin,
  kPointAt,
  kWave,
  kSay,
  kWait,
  kStop,
  kStand,
  kPickUp,
  kPut,
  kPutDown,
  kGive,
  kFiller,
  kNone,
};
inline constexpr std::array<std::string_view, 17> kFrameNames = {
    "walk_to", "go_home", "turn",    "turn_around", "spin",     "point_at", "wave",   "say", "wait",
    "stop",    "stand",   "pick_up", "put",         "put_down", "give",     "filler", "none"};
inline constexpr int kFrameCount = static_cast<int>(kFrameNames.size());

[[nodiscard]] std::optional<Frame> frame_named(std::string_view name);

/// The English words right behind an article or a possessive.
[[nodiscard]] std::vector<std::string> words_after_article(const std::string& masked);

using FrameProbabilities = Eigen::Matrix<double, kFrameCount, 1>;

/// Names the meaning of a clause from its embedding: softmax(W e + b), trained by
/// tools/train_clause_head from models/embedded/phrases.txt.
struct ClauseHead {
  Eigen::Matrix<float, kFrameCount, Embedder::kDimension> W;
  Eigen::Matrix<float, kFrameCount, 1> b;
  std::set<std::string> nouns;  ///< that follow an article in phrases that ask for something

  [[nodiscard]] FrameProbabilities probabilities(const Embedder::Embedding& embedding) const;
  /// Masked words that name, behind an article, something that no phrase knows: "the ladder".
  [[nodiscard]] bool names_unknown_thing(const std::string& masked) const;

  /// Reads the text form: a line "longmen clause head 1", then for each frame, in order, its name,
  /// b, and its row of W, then the number of nouns and the nouns. Errors: kNotFound, kParse.
  static Result<ClauseHead> load(const std::filesystem::path& file);
  [[nodiscard]] std::string text() const;
};

}  // namespace longmen::agent

#include "agent/clause_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace longmen::agent {
namespace {

constexpr std::string_view kTitle = "longmen clause head 1";
constexpr std::size_t kFile_max_bytes = 1'000'000;

}  // namespace

std::optional<Frame> frame_named(std::string_view name) {
  const auto found = std::find(kFrameNames.begin(), kFrameNames.end(), name);
  if (found == kFrameNames.end()) return std::nullopt;
  return static_cast<Frame>(found - kFrameNames.begin());
}

FrameProbabilities ClauseHead::probabilities(const Embedder::Embedding& embedding) const {
  const FrameProbabilities score = (W * embedding + b).cast<double>();
  const FrameProbabilities weight = (score.array() - score.maxCoeff()).exp();
  return weight / weight.sum();
}

std::vector<std::string> words_after_article(const std::string& masked) {
  static constexpr std::array<std::string_view, 12> kArticles = {
      "the", "a", "an", "my", "your", "his", "her", "our", "their", "some", "this", "another"};
  std::vector<std::string> found;
  std::istringstream in(masked);
  bool is_after = false;
  for (std::string word; in >> word;) {
    const bool is_article = std::find(kArticles.begin(), kArticles.end(), word) != kArticles.end();
    if (is_after && !is_article) found.push_back(word);
    is_after = is_article;
  }
  return found;
}

bool ClauseHead::names_unknown_thing(const std::string& masked) const {
  const std::vector<std::string> words = words_after_article(masked);
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return !nouns.contains(word); });
}

Result<ClauseHead> ClauseHead::load(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail(ErrorCode::kNotFound, "the clause head is not there", file);
  if (size > kFile_max_bytes)
    return fail(ErrorCode::kParse, fmt::format("{} bytes; at most {}", size, kFile_max_bytes),
                file);
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || line != kTitle)
    return fail(ErrorCode::kParse, fmt::format("does not begin with '{}'", kTitle), file);
  ClauseHead head;
  for (int i = 0; i < kFrameCount; ++i) {
    const std::string_view expected = kFrameNames[static_cast<std::size_t>(i)];
    std::string name;
    in >> name >> head.b[i];
    for (int j = 0; j < Embedder::kDimension; ++j) in >> head.W(i, j);
    if (!in || name != expected || !std::isfinite(head.b[i]) || !head.W.row(i).allFinite())
      return fail(ErrorCode::kParse,
                  fmt::format("the row of '{}' is not its name and {} finite numbers", expected,
                              Embedder::kDimension + 1),
                  file);
  }
  std::size_t count = 0;
  in >> count;
  for (std::string noun; head.nouns.size() < count && in >> noun;) head.nouns.insert(noun);
  if (!in || head.nouns.size() != count)
    return fail(ErrorCode::kParse, "does not end with a number of nouns and the nouns", file);
  return head;
}

std::string ClauseHead::text() const {
  std::string out = std::string(kTitle) + "\n";
  for (int i = 0; i < kFrameCount; ++i) {
    out += fmt::format("{} {:.4g}", kFrameNames[static_cast<std::size_t>(i)], b[i]);
    for (int j = 0; j < Embedder::kDimension; ++j) out += fmt::format(" {:.4g}", W(i, j));
    out += '\n';
  }
  out += fmt::format("{}", nouns.size());
  for (const std::string& noun : nouns) out += " " + noun;
  return out + '\n';
}

}  // namespace longmen::agent

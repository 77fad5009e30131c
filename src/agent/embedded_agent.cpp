#include "agent/embedded_agent.h"

#include <fmt/format.h>

#include "agent/rewording.h"
#include "core/digest.h"
#include "core/utf8.h"

namespace longmen::agent {
namespace {

/// Below: not even worth a question. Between: the question. Tuned on development cases, see
/// docs/agents.md.
constexpr double kCertaintyOfQuestion_min = 0.3;
constexpr double kCertaintyOfPlan_min = 0.6;
constexpr std::size_t kGuessedTokens_max = 120;  ///< longer texts are not guessed at

Ask did_you_mean(const std::string& words) {
  return {{fmt::format("Did you mean: \"{}\"?", words), fmt::format("你的意思是“{}”吗？", words)}};
}

}  // namespace

Result<EmbeddedAgent> EmbeddedAgent::create(const std::filesystem::path& weights,
                                            const std::filesystem::path& head_file) {
  auto parser = Parser::create();
  if (!parser) return tl::make_unexpected(parser.error());
  auto lexicon = Lexicon::create();
  if (!lexicon) return tl::make_unexpected(lexicon.error());
  auto embedder = Embedder::create(weights);
  if (!embedder) return tl::make_unexpected(embedder.error());
  auto head = ClauseHead::load(head_file);
  if (!head) return tl::make_unexpected(head.error());
  return EmbeddedAgent(std::move(*parser), std::move(*lexicon), std::move(*embedder), *head);
}

Answer EmbeddedAgent::answer(std::string_view text, const world::World& world) const {
  Answer read = parser_.answer(text, world);
  if (auto* proposal = std::get_if<Proposal>(&read)) {
    proposal->plan.model = kModel;
    return read;
  }
  if (std::get<Cannot>(read).is_final) return read;
  if (text.size() > Parser::kText_max_bytes || !is_valid_utf8(text)) return read;
  const std::vector<Token> tokens = tokenize(text);
  if (tokens.empty() || tokens.size() > kGuessedTokens_max) return read;

  const auto rewording = reword(text, tokens, lexicon_, embedder_, head_, world);
  if (!rewording || rewording->certainty < kCertaintyOfQuestion_min) return read;
  Answer guess = parser_.answer(rewording->words, world);
  auto* proposal = std::get_if<Proposal>(&guess);
  if (proposal == nullptr) return read;
  if (rewording->certainty < kCertaintyOfPlan_min) return did_you_mean(rewording->words);
  proposal->confirm = true;
  proposal->reading = rewording->words;
  proposal->plan.model = kModel;
  proposal->plan.text = std::string(text);
  proposal->plan.id = "plan-" + sha256(proposal->plan.text + world.hash.hex()).hex().substr(0, 16);
  return guess;
}

}  // namespace longmen::agent

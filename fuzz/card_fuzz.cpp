// Cards of models, as submitters write them.

#include <algorithm>
#include <filesystem>

#include "registry/card.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using longmen::registry::Card;
  const auto card = Card::parse(std::string(fuzz::text(data, size)), "card.yaml");
  fuzz::demand_value_or_line(card);
  if (!card) return 0;
  fuzz::demand(card->weights.empty() != card->endpoint.empty(), "weights, or an endpoint");
  fuzz::demand(card->identity == (card->weights.empty() ? "endpoint:" + card->endpoint
                                                        : "sha256:" + card->sha256),
               "the identity is that of what the card names");
  for (const std::string& name : card->weights) {
    const std::filesystem::path path(name);
    fuzz::demand(path.is_relative() && std::find(path.begin(), path.end(), "..") == path.end(),
                 "weights lie in the card's folder");
  }
  fuzz::demand(!card->name.empty() && card->name.size() <= 64, "a name has 1 to 64 bytes");
  fuzz::demand(!card->organisation.empty() && !card->verticals.empty(), "a card is whole");
  return 0;
}

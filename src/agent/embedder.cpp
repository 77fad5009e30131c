#include "agent/embedder.h"

#include <e5.h>
#include <fmt/format.h>

#include <fstream>

namespace longmen::agent {
namespace {

constexpr std::uintmax_t kWeightsSize_bytes = 71'622'400;
constexpr std::string_view kMagic = "E5S1";

}  // namespace

void Embedder::Free::operator()(e5_model* model) const noexcept { e5_free(model); }

Result<Embedder> Embedder::create(const std::filesystem::path& weights) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(weights, error);
  if (error)
    return fail(ErrorCode::kNotFound, "the weights of the embedding are not there", weights);
  // The engine believes its file, so nothing else may reach it.
  std::string magic(kMagic.size(), '\0');
  std::ifstream(weights, std::ios::binary).read(magic.data(), static_cast<long>(magic.size()));
  if (size != kWeightsSize_bytes || magic != kMagic)
    return fail(ErrorCode::kCorrupt,
                fmt::format("{} bytes that are not the weights of the embedding ({} bytes)", size,
                            kWeightsSize_bytes),
                weights);
  std::unique_ptr<e5_model, Free> model(e5_load(weights.c_str()));
  if (!model || e5_dim(model.get()) != kDimension)
    return fail(ErrorCode::kCorrupt, "the weights of the embedding cannot be read", weights);
  return Embedder(std::move(model));
}

Embedder::Embedding Embedder::embed(const std::string& text) const {
  Embedding embedding = Embedding::Zero();
  e5_embed(model_.get(), text.substr(0, kText_max_bytes).c_str(), 1, embedding.data());
  return embedding;
}

}  // namespace longmen::agent

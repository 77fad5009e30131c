#include "policy/network.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/json_nesting.h"
#include "core/types.h"
#include "wall/message.h"

namespace longmen::policy {
namespace {

using nlohmann::json;

constexpr std::string_view kFirstLine = "longmen policy 1\n";
constexpr std::size_t kHeaderMax_bytes = 1024;
constexpr std::size_t kLayersMax = 6;
constexpr int kWidthMax = 512;
constexpr std::array<std::string_view, 6> kKeys{"robot",  "joints",  "inputs",
                                                "hidden", "outputs", "activation"};

struct Header {
  std::string robot;
  int joints = 0;
  int inputs = 0;
  int outputs = 0;
  std::vector<int> hidden;
  bool is_tanh = true;
};

/// A whole number in [1, most], -1 for anything else.
int count_of(const json& value, int most) {
  if (!value.is_number_integer()) return -1;
  const auto number = value.get<std::int64_t>();
  return number >= 1 && number <= most ? static_cast<int>(number) : -1;
}

Result<Header> read_header(std::string_view line, const std::string& where) {
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::kParse, fmt::format("the policy's second line {}", what), where);
  };
  const json document =
      json_nesting(line) > 2 ? json() : json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || document.size() != kKeys.size()) return bad("is no such object");
  for (const std::string_view key : kKeys)
    if (!document.contains(key)) return bad(fmt::format("lacks \"{}\"", key));
  if (!document["robot"].is_string() || !document["activation"].is_string() ||
      !document["hidden"].is_array())
    return bad("has a value of the wrong kind");
  Header header;
  header.robot = document["robot"].get<std::string>();
  header.joints = count_of(document["joints"], kMaxJoints);
  header.inputs = count_of(document["inputs"], wall::kMaxObservation);
  header.outputs = count_of(document["outputs"], 2 * kMaxJoints);
  if (header.joints < 0) return bad(fmt::format("needs 1 to {} joints", kMaxJoints));
  if (header.inputs < 0) return bad(fmt::format("needs 1 to {} inputs", wall::kMaxObservation));
  if (header.outputs != header.joints && header.outputs != 2 * header.joints)
    return bad("needs as many outputs as joints, or twice as many");
  if (document["hidden"].size() > kLayersMax)
    return bad(fmt::format("has more than {} hidden layers", kLayersMax));
  for (const json& value : document["hidden"]) {
    header.hidden.push_back(count_of(value, kWidthMax));
    if (header.hidden.back() < 0)
      return bad(fmt::format("has a hidden layer that is not 1 to {} wide", kWidthMax));
  }
  const std::string activation = document["activation"].get<std::string>();
  if (activation != "tanh" && activation != "relu") return bad("has no activation tanh or relu");
  header.is_tanh = activation == "tanh";
  return header;
}

/// Takes numbers off the front; past the end nothing is taken.
struct Numbers {
  std::string_view bytes;
  bool ok = true;

  template <typename Values>
  void take(Values& values) {
    const std::size_t size = sizeof(float) * static_cast<std::size_t>(values.size());
    if (!ok || bytes.size() < size) {
      ok = false;
      return;
    }
    if (size > 0) std::memcpy(values.data(), bytes.data(), size);  // little-endian, as the file is
    bytes.remove_prefix(size);
    ok = values.allFinite();
  }
};

}  // namespace

Result<Network> Network::parse(std::string_view bytes, const std::string& where) {
  if (bytes.size() > kNetworkFileMax_bytes)
    return fail(
        ErrorCode::kParse,
        fmt::format("the policy has {} bytes; at most {}", bytes.size(), kNetworkFileMax_bytes),
        where);
  if (!bytes.starts_with(kFirstLine))
    return fail(ErrorCode::kParse, "the policy does not begin with the line \"longmen policy 1\"",
                where);
  bytes.remove_prefix(kFirstLine.size());
  const std::size_t end = bytes.substr(0, kHeaderMax_bytes).find('\n');
  if (end == std::string_view::npos)
    return fail(
        ErrorCode::kParse,
        fmt::format("the policy's second line does not end within {} bytes", kHeaderMax_bytes),
        where);
  const auto header = read_header(bytes.substr(0, end), where);
  if (!header) return tl::make_unexpected(header.error());
  Numbers numbers{bytes.substr(end + 1)};

  Network network;
  network.robot_ = header->robot;
  network.joints_ = header->joints;
  network.is_tanh_ = header->is_tanh;
  for (Eigen::VectorXf* values : {&network.mean_, &network.scale_, &network.input_})
    values->setZero(header->inputs);
  numbers.take(network.mean_);
  numbers.take(network.scale_);
  int width = header->inputs;
  std::vector<int> widths = header->hidden;
  widths.push_back(header->outputs);
  for (const int next : widths) {
    Layer layer{Matrix::Zero(next, width), Eigen::VectorXf::Zero(next),
                Eigen::VectorXf::Zero(next)};
    numbers.take(layer.W);
    numbers.take(layer.b);
    network.layers_.push_back(std::move(layer));
    width = next;
  }
  if (!numbers.ok || !numbers.bytes.empty())
    return fail(ErrorCode::kParse,
                "the policy's numbers are not finite, or not as many as its second line says",
                where);
  return network;
}

Result<Network> Network::load(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(kNetworkFileMax_bytes + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream.is_open() || stream.bad())
    return fail(ErrorCode::kIo, "the policy cannot be read", file.string());
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return parse(bytes, file.string());
}

const Eigen::VectorXf& Network::evaluate(const Eigen::Ref<const Eigen::VectorXf>& input) {
  input_ = (input - mean_).cwiseProduct(scale_);
  const Eigen::VectorXf* x = &input_;
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    Layer& layer = layers_[k];
    layer.x.noalias() = layer.W * *x;
    layer.x += layer.b;
    if (k + 1 < layers_.size()) {
      if (is_tanh_)
        layer.x = layer.x.array().tanh();
      else
        layer.x = layer.x.cwiseMax(0.0f);
    }
    x = &layer.x;
  }
  return *x;
}

}  // namespace longmen::policy

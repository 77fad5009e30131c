#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace longmen::policy {

inline constexpr std::size_t kNetworkFileMax_bytes = 4u << 20;

/// A motion policy as plain weights: layers that are fully connected, read from a file that nobody
/// vouches for. The file is the line "longmen policy 1", a line of JSON
///   {"robot": "name or empty", "joints": 31, "inputs": 88, "hidden": [128, 128], "outputs": 31,
///    "activation": "tanh" or "relu"}
/// and 32-bit numbers: the inputs' means and scales, then of each layer W (row by row) and b.
///   x_0 = (input - mean) * scale,   x_k+1 = activation(W x_k + b),   output = W x_n + b.
class Network {
 public:
  /// Errors: kParse for anything that is not exactly such a file, with numbers that are finite.
  static Result<Network> parse(std::string_view bytes, const std::string& where);

  /// The same of a file, of which no more is read than one may have. Also kIo.
  static Result<Network> load(const std::filesystem::path& file);

  /// @param input [inputs()]. Returns the outputs, good until the next call; no allocation.
  [[nodiscard]] const Eigen::VectorXf& evaluate(const Eigen::Ref<const Eigen::VectorXf>& input);

  [[nodiscard]] const std::string& robot() const { return robot_; }
  [[nodiscard]] int joints() const { return joints_; }
  [[nodiscard]] int inputs() const { return static_cast<int>(mean_.size()); }
  /// joints() or twice as many.
  [[nodiscard]] int outputs() const { return static_cast<int>(layers_.back().b.size()); }

 private:
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  struct Layer {
    Matrix W;
    Eigen::VectorXf b;
    Eigen::VectorXf x;  ///< scratch: what leaves it
  };
  Network() = default;

  std::string robot_;
  int joints_ = 0;
  bool is_tanh_ = true;
  Eigen::VectorXf mean_, scale_, input_;
  std::vector<Layer> layers_;
};

}  // namespace longmen::policy

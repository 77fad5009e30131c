#pragma once

#include <chrono>
#include <map>
#include <string>

namespace longmen::server {

/// How often one party may do something: so many at once, and so many a second after that.
class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kPartiesMax = 4096;

  RateLimiter(double burst, double per_s) : burst_(burst), per_s_(per_s) {}

  /// Takes one; false when the party has none left.
  [[nodiscard]] bool take(const std::string& party, Time now);
  /// What the party took last was none of what is limited.
  void give_back(const std::string& party);

 private:
  struct Bucket {
    double left;
    Time at;
  };
  double burst_, per_s_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace longmen::server

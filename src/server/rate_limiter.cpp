#include "server/rate_limiter.h"

#include <algorithm>

namespace longmen::server {

bool RateLimiter::take(const std::string& party, Time now) {
  if (buckets_.size() >= kPartiesMax) {
    // Full ones say no more than absent ones.
    std::erase_if(buckets_, [&](const auto& entry) {
      const std::chrono::duration<double> age = now - entry.second.at;
      return entry.second.left + per_s_ * age.count() >= burst_;
    });
    if (buckets_.size() >= kPartiesMax && !buckets_.contains(party)) return false;
  }
  Bucket& bucket = buckets_.try_emplace(party, Bucket{burst_, now}).first->second;
  const std::chrono::duration<double> age = now - bucket.at;
  bucket.left = std::min(burst_, bucket.left + per_s_ * std::max(0.0, age.count()));
  bucket.at = now;
  if (bucket.left < 1.0) return false;
  bucket.left -= 1.0;
  return true;
}

void RateLimiter::give_back(const std::string& party) {
  const auto found = buckets_.find(party);
  if (found != buckets_.end()) found->second.left = std::min(burst_, found->second.left + 1.0);
}

}  // namespace longmen::server

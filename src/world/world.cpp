#include "world/world.h"

#include <algorithm>
#include <cmath>

namespace longmen::world {
namespace {

template <typename T>
const T* find_by_id(const std::vector<T>& things, std::string_view id) {
  const auto found =
      std::find_if(things.begin(), things.end(), [&](const T& t) { return t.names.id == id; });
  return found == things.end() ? nullptr : &*found;
}

}  // namespace

const Place* World::place(std::string_view id) const { return find_by_id(places, id); }
const Object* World::object(std::string_view id) const { return find_by_id(objects, id); }
const Person* World::person(std::string_view id) const { return find_by_id(people, id); }

Eigen::Vector2d Person::position_at(double time_s) const {
  if (path.empty()) return p_W_m.value_or(Eigen::Vector2d::Zero());
  const double start_s = path.front().time_s;
  const double period_s = path.back().time_s - start_s;
  if (period_s <= 0.0 || time_s <= start_s) return path.front().p_W_m;
  const double phase_s = start_s + std::fmod(time_s - start_s, period_s);
  const auto next = std::upper_bound(path.begin(), path.end(), phase_s,
                                     [](double t, const WayPoint& w) { return t < w.time_s; });
  if (next == path.end()) return path.back().p_W_m;
  const WayPoint& from = *std::prev(next);
  const double share = (phase_s - from.time_s) / (next->time_s - from.time_s);
  return from.p_W_m + share * (next->p_W_m - from.p_W_m);
}

bool Zone::contains(const Eigen::Vector2d& p_W_m) const {
  bool is_inside = false;  // even-odd rule: count the edges that a ray along +X crosses
  for (std::size_t i = 0, j = corners_W_m.size() - 1; i < corners_W_m.size(); j = i++) {
    const Eigen::Vector2d& a = corners_W_m[i];
    const Eigen::Vector2d& b = corners_W_m[j];
    if ((a.y() > p_W_m.y()) == (b.y() > p_W_m.y())) continue;
    const double x = a.x() + (p_W_m.y() - a.y()) / (b.y() - a.y()) * (b.x() - a.x());
    if (p_W_m.x() < x) is_inside = !is_inside;
  }
  return is_inside;
}

}  // namespace longmen::world

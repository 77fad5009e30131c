#include "trial/campaign.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <deque>
#include <map>
#include <numbers>

#include "core/random.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPushShift_s = 1.0;
constexpr std::uint64_t kStreamVary = 100;

/// A child process that writes one line of JSON: a result, or {"error": ...}.
struct Job {
  pid_t process = -1;
  std::FILE* pipe = nullptr;
  std::uint64_t seed = 0;
};

Result<Job> start(const Scenario& scenario,
                  const std::function<Result<EpisodeResult>(const Scenario&)>& run_one) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return fail(ErrorCode::kIo, "cannot make a pipe for a run");
  const pid_t process = fork();
  if (process < 0) {
    close(ends[0]);
    close(ends[1]);
    return fail(ErrorCode::kIo, "cannot start a process for a run");
  }
  if (process == 0) {
    close(ends[0]);
    const auto result = run_one(scenario);
    const std::string line =
        (result ? to_json(*result) : Json{{"error", result.error().text()}}).dump() + "\n";
    std::size_t sent = 0;
    while (sent < line.size()) {
      const ssize_t n = ::write(ends[1], line.data() + sent, line.size() - sent);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    _exit(result ? 0 : 1);
  }
  close(ends[1]);
  return Job{process, fdopen(ends[0], "r"), scenario.seed};
}

Result<Json> finish(const Job& job) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), job.pipe) != nullptr) text += buffer.data();
  std::fclose(job.pipe);
  int status = 0;
  waitpid(job.process, &status, 0);
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded())
    return fail(ErrorCode::kInternal, fmt::format("the run of seed {} died", job.seed));
  if (json.contains("error"))
    return fail(ErrorCode::kInvalidArgument, json["error"].get<std::string>());
  return json;
}

}  // namespace

Scenario vary(const Scenario& scenario, std::uint64_t seed, bool vary_pushes) {
  Scenario varied = scenario;
  varied.seed = seed;
  if (auto* boxes = std::get_if<io::terrain::RandomBoxes>(&varied.terrain)) boxes->seed = seed;
  if (!vary_pushes) return varied;
  Random random = Random::stream(seed, kStreamVary);
  for (io::Push& push : varied.pushes) {
    const double angle_rad = random.uniform(-std::numbers::pi, std::numbers::pi);
    push.impulse_Ns = Eigen::AngleAxisd(angle_rad, Eigen::Vector3d::UnitZ()) * push.impulse_Ns;
    push.t_s += random.uniform(0.0, kPushShift_s);
  }
  return varied;
}

Result<Json> run_campaign(const Scenario& scenario, const CampaignOptions& options,
                          const std::function<Result<EpisodeResult>(const Scenario&)>& run_one,
                          const std::function<void(const Json&)>& on_result) {
  std::vector<Json> results;
  std::deque<Job> running;
  std::uint64_t next = options.seed_from;
  std::optional<Error> error;
  while (!running.empty() || (next <= options.seed_to && !error)) {
    while (!error && next <= options.seed_to &&
           running.size() < static_cast<std::size_t>(options.jobs)) {
      auto job = start(vary(scenario, next++, options.vary_pushes), run_one);
      if (job)
        running.push_back(*job);
      else
        error = job.error();
    }
    if (running.empty()) break;
    auto json = finish(running.front());
    running.pop_front();
    if (!json) {
      if (!error) error = json.error();
      continue;
    }
    if (error) continue;
    on_result(*json);
    results.push_back(std::move(*json));
  }
  if (error) return tl::make_unexpected(*error);
  return summarise(results);
}

Json summarise(const std::vector<Json>& results) {
  struct Spread {
    double sum = 0.0;
    double min = 0.0;
    double max = 0.0;
    std::size_t count = 0;
  };
  Json summary;
  std::vector<std::uint64_t> fell;
  std::vector<std::string> keys;  // in the order of the results
  std::map<std::string, Spread> spreads;
  for (const Json& result : results) {
    if (result.at("fell").get<bool>()) fell.push_back(result.at("seed").get<std::uint64_t>());
    for (const auto& [key, value] : result.items()) {
      if (!value.is_number() || key == "seed") continue;
      const auto number = value.get<double>();
      if (!spreads.contains(key)) keys.push_back(key);
      Spread& spread = spreads[key];
      if (spread.count == 0 || number < spread.min) spread.min = number;
      if (spread.count == 0 || number > spread.max) spread.max = number;
      spread.sum += number;
      ++spread.count;
    }
  }
  summary["runs"] = results.size();
  summary["falls"] = fell.size();
  summary["seeds_fell"] = fell;
  for (const std::string& key : keys) {
    const Spread& spread = spreads[key];
    summary[key] = {{"mean", spread.sum / static_cast<double>(spread.count)},
                    {"min", spread.min},
                    {"max", spread.max}};
  }
  return Json{{"summary", summary}};
}

}  // namespace longmen::trial

#include "trial/tick_timer.h"

#include <time.h>

namespace longmen::trial {
namespace {

double clock_s(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

double thread_cpu_us() noexcept { return 1e6 * clock_s(CLOCK_THREAD_CPUTIME_ID); }
double process_cpu_s() noexcept { return clock_s(CLOCK_PROCESS_CPUTIME_ID); }

io::WriteStatus TimedIo::write(SafeCommand&& command) noexcept {
  const double begin_us = thread_cpu_us();
  const io::WriteStatus status = inner_.write(std::move(command));
  last_write_us_ = thread_cpu_us() - begin_us;
  return status;
}

TickTimer::TickTimer(const TimedIo& io, std::size_t ticks) : io_(io) {
  for (auto& part : us_) part.reserve(ticks);
  plant_us_.reserve(ticks);
}

void TickTimer::add(TickPart part, double us) noexcept {
  auto& list = us_[static_cast<std::size_t>(part)];
  if (list.size() < list.capacity()) list.push_back(static_cast<float>(us));
}

void TickTimer::begin_tick() noexcept { begin_us_ = last_us_ = thread_cpu_us(); }

void TickTimer::end_part(runtime::TickPart part) noexcept {
  const double now_us = thread_cpu_us();
  const double taken_us = now_us - last_us_;
  last_us_ = now_us;
  switch (part) {
    case runtime::TickPart::kEstimator:
      return add(TickPart::kEstimator, taken_us);
    case runtime::TickPart::kPlanner:
      return add(TickPart::kPlanner, taken_us);
    case runtime::TickPart::kAssemble:
      assemble_us_ = taken_us;
      return add(TickPart::kAssemble, taken_us);
    case runtime::TickPart::kSolve:
      add(TickPart::kSolve, taken_us);
      return add(TickPart::kWbc, assemble_us_ + taken_us);
    case runtime::TickPart::kGate:
      return add(TickPart::kGate, taken_us);
    case runtime::TickPart::kRecord:
      // The plant moved between gate and record.
      add(TickPart::kRecord, taken_us - io_.last_write_us());
      if (plant_us_.size() < plant_us_.capacity())
        plant_us_.push_back(static_cast<float>(io_.last_write_us()));
      return add(TickPart::kTotal, now_us - begin_us_ - io_.last_write_us());
  }
}

std::array<Percentiles, kTickPartNames.size()> TickTimer::percentiles() const {
  std::array<Percentiles, kTickPartNames.size()> result;
  for (std::size_t part = 0; part < us_.size(); ++part)
    result[part] = trial::percentiles(us_[part]);
  return result;
}

}  // namespace longmen::trial

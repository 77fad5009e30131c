#include "io/dds/dds_stop.h"

#include <thread>
#include <utility>

#include "io/dds/dds_node.h"
#include "io/dds/low_level.h"

namespace longmen::io {
namespace {

constexpr const char* kStopTopic = "rt/emergency_stop";
constexpr double kListen_s = 0.1;  // between two looks whether to end

}  // namespace

struct DdsStopListener::Impl {
  dds::Node node;
  dds::Inbox<longmen_dds_EmergencyStop> stops;
  std::atomic<bool> has_come{false};
  std::atomic<bool> ends{false};
  std::thread thread;

  explicit Impl(dds::Node joined) : node(std::move(joined)) {}
  ~Impl() {
    ends.store(true);
    if (thread.joinable()) thread.join();
  }
  void run() noexcept {
    longmen_dds_EmergencyStop stop{};
    while (!ends.load())
      if (stops.take(stop, kListen_s)) has_come.store(true);
  }
};

Result<DdsStopListener> DdsStopListener::listen(const DdsMeeting& meeting) {
  auto node = dds::Node::join(meeting);
  if (!node) return tl::make_unexpected(node.error());
  auto impl = std::make_unique<Impl>(std::move(*node));
  if (auto open = impl->stops.open(impl->node, longmen_dds_EmergencyStop_desc, kStopTopic); !open)
    return tl::make_unexpected(open.error());
  impl->thread = std::thread([i = impl.get()] { i->run(); });
  return DdsStopListener(std::move(impl));
}

bool DdsStopListener::take() noexcept { return impl_->has_come.exchange(false); }

DdsStopListener::DdsStopListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DdsStopListener::DdsStopListener(DdsStopListener&&) noexcept = default;
DdsStopListener::~DdsStopListener() = default;

struct DdsStopButton::Impl {
  dds::Node node;
  dds::Outbox<longmen_dds_EmergencyStop> stops;
  longmen_dds_EmergencyStop stop{};

  explicit Impl(dds::Node joined) : node(std::move(joined)) {}
};

Result<DdsStopButton> DdsStopButton::open(const DdsMeeting& meeting) {
  auto node = dds::Node::join(meeting);
  if (!node) return tl::make_unexpected(node.error());
  auto impl = std::make_unique<Impl>(std::move(*node));
  if (auto open = impl->stops.open(impl->node, longmen_dds_EmergencyStop_desc, kStopTopic); !open)
    return tl::make_unexpected(open.error());
  return DdsStopButton(std::move(impl));
}

Result<void> DdsStopButton::wait_for_robot(double patience_s) {
  return dds::wait_for([this] { return impl_->stops.is_matched(); }, patience_s,
                       "robot that listens for stops");
}

Result<void> DdsStopButton::press() {
  ++impl_->stop.number;
  if (!impl_->stops.put(impl_->stop)) return fail(ErrorCode::kIo, "the stop cannot be sent", "DDS");
  return {};
}

DdsStopButton::DdsStopButton(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DdsStopButton::DdsStopButton(DdsStopButton&&) noexcept = default;
DdsStopButton::~DdsStopButton() = default;

}  // namespace longmen::io

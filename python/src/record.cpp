#include <nanobind/eigen/dense.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <nlohmann/json.hpp>

#include "bindings.h"
#include "record/record_reader.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace longmen::python {
namespace {

using Columns = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rows that grow; every row has the same width.
struct Table {
  std::vector<double> values;
  void add(const JointVector& row) {
    values.insert(values.end(), row.data(), row.data() + row.size());
  }
  void add(const Eigen::Vector3d& row) { values.insert(values.end(), row.data(), row.data() + 3); }
  void add(const Eigen::Vector4d& row) { values.insert(values.end(), row.data(), row.data() + 4); }
  [[nodiscard]] nb::object array(std::size_t rows) const {
    if (rows == 0) return nb::cast(Columns(0, 0));
    const auto width = static_cast<Eigen::Index>(values.size() / rows);
    return nb::cast(
        Columns(Eigen::Map<const Columns>(values.data(), static_cast<Eigen::Index>(rows), width)));
  }
};

std::string run_info(const std::filesystem::path& file) {
  const auto reader = value_or_throw(record::RecordReader::open(file));
  const record::RunInfo& run = reader.run();
  const nlohmann::json info = {
      {"robot", run.robot},
      {"world", run.world},
      {"seed", run.seed},
      {"period_s", 1e-9 * static_cast<double>(run.period_ns)},
      {"joints", run.joints},
      {"notes", std::map<std::string, std::string>(run.notes.begin(), run.notes.end())},
      {"versions", std::map<std::string, std::string>(run.versions.begin(), run.versions.end())},
      {"configuration", run.configuration},
      {"complete", reader.is_complete()}};
  return info.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

nb::dict read_ticks(const std::filesystem::path& file, int every) {
  auto reader = value_or_throw(record::RecordReader::open(file));
  if (every < 1) throw Failure({ErrorCode::kInvalidArgument, "must be 1 or more", "every"});
  Table tick, p_WB, q_WB, v_WB_W, w_WB_B, position, velocity, torque, asked, gate;
  std::size_t rows = 0;
  record::RecordItem item;
  while (value_or_throw(reader.next(item))) {
    const auto* t = std::get_if<record::TickRecord>(&item);
    if (t == nullptr || !t->has_bulk || t->tick() % every != 0) continue;
    ++rows;
    tick.values.push_back(static_cast<double>(t->tick()));
    p_WB.add(t->state.p_WB);
    q_WB.add(Eigen::Vector4d(t->state.q_WB.coeffs()));
    v_WB_W.add(t->state.v_WB_W);
    w_WB_B.add(t->state.w_WB_B);
    position.add(t->state.joint_position_rad);
    velocity.add(t->state.joint_velocity_rad_s);
    torque.add(t->safe.torque_Nm);
    asked.add(t->proposal.torque_Nm);
    gate.add(Eigen::Vector4d(t->gate.armed, t->gate.changed, static_cast<double>(t->gate.rung),
                             static_cast<double>(t->gate.rule)));
  }
  nb::dict arrays;
  arrays["tick"] = tick.array(rows);
  arrays["p_WB"] = p_WB.array(rows);
  arrays["q_WB"] = q_WB.array(rows);
  arrays["v_WB_W"] = v_WB_W.array(rows);
  arrays["w_WB_B"] = w_WB_B.array(rows);
  arrays["joint_position_rad"] = position.array(rows);
  arrays["joint_velocity_rad_s"] = velocity.array(rows);
  arrays["torque_Nm"] = torque.array(rows);
  arrays["proposed_torque_Nm"] = asked.array(rows);
  arrays["gate"] = gate.array(rows);
  return arrays;
}

const char* name_of(record::Event::Kind kind) {
  switch (kind) {
    case record::Event::Kind::kVelocityCommand:
      return "velocity_command";
    case record::Event::Kind::kLease:
      return "lease";
    case record::Event::Kind::kStop:
      return "stop";
    case record::Event::Kind::kPlan:
      return "plan";
    case record::Event::Kind::kPolicy:
      return "policy";
    case record::Event::Kind::kNote:
      return "note";
  }
  return "unknown";
}

nb::list read_events(const std::filesystem::path& file) {
  auto reader = value_or_throw(record::RecordReader::open(file));
  nb::list events;
  record::RecordItem item;
  while (value_or_throw(reader.next(item))) {
    nb::dict row;
    if (const auto* e = std::get_if<record::RecordedEvent>(&item)) {
      row["tick"] = e->event.tick;
      row["kind"] = name_of(e->event.kind);
      row["velocity_H_m_s"] = nb::cast(e->event.velocity_H_m_s);
      row["yaw_rate_rad_s"] = e->event.yaw_rate_rad_s;
      row["payload"] = nb::bytes(e->payload.data(), e->payload.size());
    } else if (const auto* document = std::get_if<record::RecordedDocument>(&item)) {
      row["tick"] = document->tick;
      row["kind"] = document->topic == record::Topic::kPlan ? "plan_judged" : "verdict";
      row["payload"] = nb::bytes(document->json.data(), document->json.size());
    } else {
      continue;
    }
    events.append(row);
  }
  return events;
}

}  // namespace

void bind_record(nb::module_& m) {
  m.def("run_info", &run_info, "file"_a);
  m.def("read_ticks", &read_ticks, "file"_a, "every"_a);
  m.def("read_events", &read_events, "file"_a);
  m.def(
      "verify",
      [](const std::filesystem::path& file) {
        const nb::gil_scoped_release free;
        auto reader = value_or_throw(record::RecordReader::open(file));
        value_or_throw(reader.verify());
      },
      "file"_a);
}

}  // namespace longmen::python

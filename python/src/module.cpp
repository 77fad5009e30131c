#include <fmt/format.h>

#include "bindings.h"

namespace longmen::python {
namespace {

const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kUnknownName:
      return "unknown_name";
    case ErrorCode::kUnknownKey:
      return "unknown_key";
    case ErrorCode::kMissingKey:
      return "missing_key";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kParse:
      return "parse";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kInternal:
      break;
  }
  return "internal";
}

}  // namespace

JointVector joint_vector(const Eigen::VectorXd& values, int na, const char* name) {
  if (values.size() != na)
    throw Failure({ErrorCode::kInvalidArgument,
                   fmt::format("{} values, must be one for each of {} joints", values.size(), na),
                   name});
  return values;
}

void bind_error(nanobind::module_& m) {
  // A ValueError, so that code that knows nothing of longmen catches it; `code` is for decisions.
  static PyObject* error = PyErr_NewExceptionWithDoc(
      "longmen.Error", "What is wrong, in one line; `code` names the kind.", PyExc_ValueError,
      nullptr);
  m.attr("Error") = nanobind::handle(error);
  nanobind::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const Failure& failure) {
      const nanobind::object made = nanobind::handle(error)(failure.what());
      made.attr("code") = name_of(failure.code());
      PyErr_SetObject(error, made.ptr());
    }
  });
}

}  // namespace longmen::python

NB_MODULE(_core, m) {
  m.doc() = "The compiled half of longmen; use the package's own names.";
  longmen::python::bind_error(m);
  longmen::python::bind_model(m);
  longmen::python::bind_gate(m);
  longmen::python::bind_plan(m);
  longmen::python::bind_episode(m);
  longmen::python::bind_record(m);
}

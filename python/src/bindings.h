#pragma once

#include <nanobind/nanobind.h>

#include <Eigen/Core>
#include <stdexcept>

#include "core/result.h"
#include "core/types.h"

/// The compiled half of the Python package: thin, one file a subject. Whatever is text-like (plans,
/// verdicts, results) crosses as JSON; numbers cross as NumPy arrays. python/longmen gives it the
/// shape that people use.
namespace longmen::python {

/// An Error on its way to Python, where it becomes longmen.Error with its code.
class Failure : public std::runtime_error {
 public:
  explicit Failure(const Error& error) : std::runtime_error(error.text()), code_(error.code) {}
  [[nodiscard]] ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

template <typename T>
T value_or_throw(Result<T>&& result) {
  if (!result) throw Failure(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// An array over joints from Python. Throws unless it has `na` values.
[[nodiscard]] JointVector joint_vector(const Eigen::VectorXd& values, int na, const char* name);

void bind_error(nanobind::module_& m);
void bind_model(nanobind::module_& m);
void bind_gate(nanobind::module_& m);
void bind_plan(nanobind::module_& m);
void bind_episode(nanobind::module_& m);
void bind_record(nanobind::module_& m);

}  // namespace longmen::python

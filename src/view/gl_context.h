#pragma once

#include "core/result.h"

namespace longmen::view {

/// OpenGL without a window or a display server (EGL on Mesa's surfaceless platform). A context is
/// current in one thread at a time, and in none between uses, so that it can move between threads.
class GlContext {
 public:
  /// While this lives, the context is the calling thread's.
  class Current {
   public:
    explicit Current(void* display) : display_(display) {}
    Current(Current&& other) noexcept : display_(other.display_) { other.display_ = nullptr; }
    Current& operator=(Current&&) = delete;
    ~Current();

   private:
    void* display_;
  };

  /// Error: kUnsupported when the machine has no EGL with desktop OpenGL.
  static Result<GlContext> create();

  /// Error: kInternal when another thread holds it.
  [[nodiscard]] Result<Current> make_current();

  GlContext(GlContext&& other) noexcept;
  GlContext& operator=(GlContext&& other) noexcept;
  ~GlContext();

 private:
  GlContext(void* display, void* context) : display_(display), context_(context) {}
  void* display_ = nullptr;
  void* context_ = nullptr;
};

}  // namespace longmen::view

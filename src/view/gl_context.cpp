#include "view/gl_context.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <fmt/format.h>

#include <utility>

namespace longmen::view {
namespace {

tl::unexpected<Error> refused(const char* call) {
  return fail(ErrorCode::kUnsupported,
              fmt::format("no off-screen OpenGL: {} failed (EGL error {:#x}); the Debian packages "
                          "libegl1 and libgl1-mesa-dri provide it",
                          call, eglGetError()));
}

}  // namespace

Result<GlContext> GlContext::create() {
  // Where the driver is Mesa there is no screen to ask for: the platform must be named.
  EGLDisplay display =
      eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (display == EGL_NO_DISPLAY) return refused("eglGetPlatformDisplay");
  if (eglInitialize(display, nullptr, nullptr) == EGL_FALSE) return refused("eglInitialize");
  if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) return refused("eglBindAPI");

  const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                           EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (eglChooseConfig(display, wanted, &config, 1, &count) == EGL_FALSE || count == 0)
    return refused("eglChooseConfig");
  EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, nullptr);
  if (context == EGL_NO_CONTEXT) return refused("eglCreateContext");
  return GlContext(display, context);
}

Result<GlContext::Current> GlContext::make_current() {
  // The bound API belongs to the thread, and each begins with OpenGL ES.
  if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE ||
      eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) == EGL_FALSE)
    return fail(ErrorCode::kInternal,
                fmt::format("eglMakeCurrent failed (EGL error {:#x})", eglGetError()));
  return Current(display_);
}

GlContext::Current::~Current() {
  if (display_ != nullptr) eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
}

GlContext::GlContext(GlContext&& other) noexcept
    : display_(std::exchange(other.display_, nullptr)),
      context_(std::exchange(other.context_, nullptr)) {}

GlContext& GlContext::operator=(GlContext&& other) noexcept {
  std::swap(display_, other.display_);
  std::swap(context_, other.context_);
  return *this;
}

GlContext::~GlContext() {
  if (context_ != nullptr) eglDestroyContext(display_, context_);
}

}  // namespace longmen::view

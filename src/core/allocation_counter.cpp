#include "core/allocation_counter.h"

#include <cerrno>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LONGMEN_COUNT_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define LONGMEN_COUNT_ALLOCATIONS 0
#endif
#endif
#ifndef LONGMEN_COUNT_ALLOCATIONS
#define LONGMEN_COUNT_ALLOCATIONS 1
#endif

namespace {
thread_local std::uint64_t g_allocations = 0;
}

namespace longmen {
bool allocations_are_counted() noexcept { return LONGMEN_COUNT_ALLOCATIONS != 0; }
std::uint64_t allocations_of_this_thread() noexcept { return g_allocations; }
}  // namespace longmen

#if LONGMEN_COUNT_ALLOCATIONS
// The program's own definitions come before those of the C library, which hands out the memory
// under these other names. free() stays the library's.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): the library's own
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(std::size_t size) {
  ++g_allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++g_allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++g_allocations;
  return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  ++g_allocations;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++g_allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++g_allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}
#endif

// SPDX-License-Identifier: MIT
// What the C++ library would bring, whose own copy is made for another C library: memory, and an end where it
// would throw. Code that is compiled without exceptions ends there in any case.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <new>

namespace {

/// What one release needs is in here: malloc's first block alone would cost five system calls. It is handed
/// out from its begin on, and only what was handed out last comes back; malloc has the rest, as of the
/// drainer. Of its pages only those cost anything that are touched.
alignas(std::max_align_t) char block[131'072];
std::size_t used = 0;
std::size_t last = 0;

bool isInBlock(const void* memory) {
    return reinterpret_cast<std::uintptr_t>(memory) - reinterpret_cast<std::uintptr_t>(block) < sizeof block;
}

void* allocate(std::size_t size) {
    constexpr auto kAlignment = alignof(std::max_align_t);
    size = std::max<std::size_t>(size, 1);  // no two at one place
    if (size > sizeof block - used) return std::malloc(size);
    last = used;
    used += (size + kAlignment - 1) / kAlignment * kAlignment;
    return block + last;
}

void release(void* memory) {
    if (!isInBlock(memory)) return std::free(memory);
    if (memory == block + last) used = last;
}

}  // namespace

const std::nothrow_t std::nothrow{};

void* operator new(std::size_t size) {
    if (void* memory = allocate(size); memory != nullptr) return memory;
    std::abort();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }

namespace std {

void terminate() noexcept { abort(); }
void __throw_bad_alloc() { abort(); }
void __throw_bad_array_new_length() { abort(); }
void __throw_bad_function_call() { abort(); }
void __throw_length_error(const char*) { abort(); }
void __throw_logic_error(const char*) { abort(); }
void __throw_out_of_range_fmt(const char*, ...) { abort(); }

}  // namespace std

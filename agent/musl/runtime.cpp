// SPDX-License-Identifier: MIT
// What the C++ library would bring, whose own copy is made for another C library: memory, and an end where it
// would throw. Code that is compiled without exceptions ends there in any case.
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>

const std::nothrow_t std::nothrow{};

void* operator new(std::size_t size) {
    if (void* memory = std::malloc(size); memory != nullptr) return memory;
    std::abort();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace std {

void terminate() noexcept { abort(); }
void __throw_bad_alloc() { abort(); }
void __throw_bad_array_new_length() { abort(); }
void __throw_bad_function_call() { abort(); }
void __throw_length_error(const char*) { abort(); }
void __throw_logic_error(const char*) { abort(); }
void __throw_out_of_range_fmt(const char*, ...) { abort(); }

}  // namespace std

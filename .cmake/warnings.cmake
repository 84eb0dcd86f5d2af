# SPDX-License-Identifier: MIT
add_library(prune_warnings INTERFACE)

target_compile_options(prune_warnings INTERFACE
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wconversion
    -Wsign-conversion
    -Wdouble-promotion
    -Wold-style-cast
    -Wcast-align
    -Wcast-qual
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    -Wformat=2
    -Wimplicit-fallthrough
    -Wextra-semi
    -Wvla
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond>
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-branches>
    $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
    $<$<BOOL:${CGPRUNE_WERROR}>:-Werror>)

# gcc 12 takes what the sanitizers put into the standard library's headers for uninitialised reads.
if(CGPRUNE_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(prune_warnings INTERFACE -Wno-maybe-uninitialized)
    # Asio's fences are not looked at; it has one thread here.
    if(CGPRUNE_SANITIZE MATCHES thread)
        target_compile_options(prune_warnings INTERFACE -Wno-tsan)
    endif()
endif()

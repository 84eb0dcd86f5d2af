# SPDX-License-Identifier: MIT
# release-agent with musl as its C library, on a system of glibc: over half of what so short a process costs there is
# glibc's own start-up. The same sources, with g++'s headers and without its library (agent/musl). Where musl is the
# system's own C library (Alpine) nothing of this is needed.
set(musl_name ${CMAKE_SYSTEM_PROCESSOR}-linux-musl)
find_path(CGPRUNE_MUSL_HEADERS features.h PATHS /usr/include/${musl_name} NO_DEFAULT_PATH)
find_path(CGPRUNE_MUSL_LIBRARY crt1.o PATHS /usr/lib/${musl_name} NO_DEFAULT_PATH)
mark_as_advanced(CGPRUNE_MUSL_HEADERS CGPRUNE_MUSL_LIBRARY)

set(musl_found OFF)
if(CGPRUNE_MUSL_HEADERS AND CGPRUNE_MUSL_LIBRARY AND CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT CGPRUNE_INSTRUMENTED)
    set(musl_found ON)
endif()
option(CGPRUNE_MUSL "Link release-agent with musl (needs g++ and musl-tools)" ${musl_found})
if(CGPRUNE_MUSL AND NOT musl_found)
    message(FATAL_ERROR "CGPRUNE_MUSL needs g++, musl's headers and library (musl-tools), and no sanitizer")
endif()
message(STATUS "release-agent with musl: ${CGPRUNE_MUSL}")

add_library(prune_musl_headers INTERFACE)
add_library(prune_musl INTERFACE)
if(NOT CGPRUNE_MUSL)
    return()
endif()

# The kernel's headers and fmt's lie among glibc's, which must not be found.
set(kept ${PROJECT_BINARY_DIR}/musl-headers)
file(MAKE_DIRECTORY ${kept})
foreach(header IN ITEMS linux/types.h asm/types.h asm-generic/types.h fmt/format.h)
    cmake_path(GET header PARENT_PATH folder)
    find_path(parent ${header} NO_CACHE REQUIRED)
    file(CREATE_LINK ${parent}/${folder} ${kept}/${folder} SYMBOLIC)
    unset(parent)
endforeach()

set(headers)
set(own_headers)
foreach(folder IN LISTS CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
    if(folder MATCHES "/c\\+\\+/")
        list(APPEND headers "SHELL:-isystem ${folder}")
    elseif(folder MATCHES "/lib/gcc/")
        list(APPEND own_headers "SHELL:-isystem ${folder}")
    endif()
endforeach()
target_compile_options(prune_musl_headers INTERFACE
    -nostdinc ${headers} "SHELL:-isystem ${CGPRUNE_MUSL_HEADERS}" ${own_headers} "SHELL:-isystem ${kept}"
    "SHELL:-include ${PROJECT_SOURCE_DIR}/agent/musl/prelude.h"
    -D_GLIBCXX_EXTERN_TEMPLATE=0 # or the library's own copies would be asked for
    -fno-threadsafe-statics -fno-asynchronous-unwind-tables)
set(library ${CGPRUNE_MUSL_LIBRARY})
target_link_options(prune_musl INTERFACE -nostdlib -no-pie ${library}/crt1.o ${library}/crti.o)
target_link_libraries(prune_musl INTERFACE prune_musl_headers ${library}/libc.a gcc ${library}/crtn.o)

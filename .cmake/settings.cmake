# SPDX-License-Identifier: MIT
# How everything of ours is compiled and linked.
add_library(prune_settings INTERFACE)

target_compile_features(prune_settings INTERFACE cxx_std_20)
target_compile_options(prune_settings INTERFACE
    -fvisibility=hidden
    -fvisibility-inlines-hidden
    -ffunction-sections
    -fdata-sections
    -fstack-protector-strong)
target_link_options(prune_settings INTERFACE -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now)

# What is shipped, besides: a stack cannot grow past its guard page, and where the machine knows of it, calls and
# jumps land only where they may.
include(CheckCXXCompilerFlag)
add_library(prune_shipped INTERFACE)
foreach(flag IN ITEMS -fstack-clash-protection -fcf-protection)
    string(MAKE_C_IDENTIFIER knows${flag} known)
    check_cxx_compiler_flag(${flag} ${known})
    if(${known})
        target_compile_options(prune_shipped INTERFACE ${flag})
    endif()
endforeach()

# Where it was built is in no binary, so that two builds are the same bytes.
if(NOT CGPRUNE_INSTRUMENTED)
    set(places -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=./build)
    target_compile_options(prune_shipped INTERFACE ${places})
    target_link_options(prune_shipped INTERFACE ${places}) # the compiler works then, too (LTO)
endif()

# For what has many sources with the same large headers: some are compiled as one.
function(compile_together target)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${CGPRUNE_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# _FORTIFY_SOURCE needs optimisation, and hides from the sanitizers what they look for.
if(NOT CGPRUNE_INSTRUMENTED AND NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    target_compile_options(prune_settings INTERFACE
        $<$<NOT:$<BOOL:$<TARGET_PROPERTY:PRUNE_SANITIZERS>>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>)
endif()

if(CGPRUNE_SANITIZE)
    set(sanitize -fsanitize=${CGPRUNE_SANITIZE} -fno-sanitize-recover=all)
    if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
        list(APPEND sanitize -fno-sanitize=vptr,function)  # they need RTTI, which the library is built without
    endif()
    target_compile_options(prune_settings INTERFACE ${sanitize} -fno-omit-frame-pointer)
    target_link_options(prune_settings INTERFACE ${sanitize})
endif()

if(CGPRUNE_COVERAGE)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "CGPRUNE_COVERAGE needs clang (CXX=clang++)")
    endif()
    # The place is in the program, since the kernel gives an agent no environment. %m: one file for each program.
    set(counts -fprofile-instr-generate=${PROJECT_BINARY_DIR}/coverage/%m.profraw)
    target_compile_options(prune_shipped INTERFACE ${counts} -fcoverage-mapping -O0)
    target_link_options(prune_settings INTERFACE ${counts})
endif()

if(CGPRUNE_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "CGPRUNE_FUZZ needs clang (CXX=clang++)")
    endif()
    target_compile_options(prune_settings INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(prune_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()

# SPDX-License-Identifier: Apache-2.0
# Language, warnings and hardening, for gcc and clang alike.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_compile_definitions(_GNU_SOURCE KEEPVALID_VERSION="${PROJECT_VERSION}")
add_compile_options(
  -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wcast-qual -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wvla -Wformat=2 -Wimplicit-fallthrough
  -Wundef -Wwrite-strings -Wdate-time -Wno-unused-parameter -Wno-missing-field-initializers
  -fno-strict-aliasing -fno-common -fstack-protector-strong -ftrivial-auto-var-init=zero
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wlogical-op -Wduplicated-cond -fstack-clash-protection -fcf-protection)
else()
  # clang 14 wants this to be said for the zero initialisation above
  add_compile_options(-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
                      -Wno-gnu-zero-variadic-macro-arguments -Wno-string-concatenation)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_definitions(_FORTIFY_SOURCE=$<IF:$<C_COMPILER_ID:GNU>,3,2>)
endif()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)

if(KEEPVALID_FAULTS)
  add_compile_definitions(KEEPVALID_FAULTS=1)
endif()
if(KEEPVALID_SANITIZE)
  add_compile_options(-fsanitize=${KEEPVALID_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KEEPVALID_SANITIZE})
  add_compile_definitions(KEEPVALID_SANITIZED=1)
  if(KEEPVALID_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
else()
  add_link_options(-pie)
endif()
if(KEEPVALID_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

# SPDX-License-Identifier: Apache-2.0
# Files that the binary carries (data packs, the console): tools/build-console builds the console where node is there,
# then tools/embed writes one assembler file with .incbin.

set(KEEPVALID_CONSOLE ${CMAKE_BINARY_DIR}/console)
set(KEEPVALID_CONSOLE_STAMP ${CMAKE_BINARY_DIR}/generated/console.stamp)
file(GLOB_RECURSE KEEPVALID_CONSOLE_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/src/* ${CMAKE_SOURCE_DIR}/web/fallback/*)
add_custom_command(OUTPUT ${KEEPVALID_CONSOLE_STAMP}
  COMMAND ${CMAKE_SOURCE_DIR}/tools/build-console ${KEEPVALID_CONSOLE} ${KEEPVALID_CONSOLE_STAMP}
  DEPENDS ${KEEPVALID_CONSOLE_FILES} ${CMAKE_SOURCE_DIR}/tools/build-console ${CMAKE_SOURCE_DIR}/web/tools/build.mjs
    ${CMAKE_SOURCE_DIR}/web/package.json ${CMAKE_SOURCE_DIR}/web/package-lock.json
  COMMENT "building the console")

file(GLOB_RECURSE KEEPVALID_ASSET_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/* ${CMAKE_SOURCE_DIR}/src/records/store/schema/*.sql)
set(KEEPVALID_ASSETS ${CMAKE_BINARY_DIR}/generated/assets.S)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
add_custom_command(OUTPUT ${KEEPVALID_ASSETS}
  COMMAND ${CMAKE_SOURCE_DIR}/tools/embed ${KEEPVALID_ASSETS} data=${CMAKE_SOURCE_DIR}/data web=${KEEPVALID_CONSOLE}
          schema=${CMAKE_SOURCE_DIR}/src/records/store/schema
  DEPENDS ${KEEPVALID_ASSET_FILES} ${KEEPVALID_CONSOLE_STAMP} ${CMAKE_SOURCE_DIR}/tools/embed
  COMMENT "embedding data and console")
add_library(keepvalid_assets OBJECT ${KEEPVALID_ASSETS})

function(keepvalid_assets target)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:keepvalid_assets>)
endfunction()

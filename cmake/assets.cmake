# SPDX-License-Identifier: Apache-2.0
# Files that the binary carries (data packs, the console): tools/embed writes one assembler file with .incbin.

file(GLOB_RECURSE KEEPVALID_ASSET_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/* ${CMAKE_SOURCE_DIR}/web/dist/*
     ${CMAKE_SOURCE_DIR}/src/records/store/schema/*.sql)
set(KEEPVALID_ASSETS ${CMAKE_BINARY_DIR}/generated/assets.S)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
add_custom_command(OUTPUT ${KEEPVALID_ASSETS}
  COMMAND ${CMAKE_SOURCE_DIR}/tools/embed ${KEEPVALID_ASSETS} data=${CMAKE_SOURCE_DIR}/data web=${CMAKE_SOURCE_DIR}/web/dist
          schema=${CMAKE_SOURCE_DIR}/src/records/store/schema
  DEPENDS ${KEEPVALID_ASSET_FILES} ${CMAKE_SOURCE_DIR}/tools/embed
  COMMENT "embedding data and console")
set_source_files_properties(${KEEPVALID_ASSETS} PROPERTIES OBJECT_DEPENDS "${KEEPVALID_ASSET_FILES}")
add_library(keepvalid_assets OBJECT ${KEEPVALID_ASSETS})

function(keepvalid_assets target)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:keepvalid_assets>)
endfunction()

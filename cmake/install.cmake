# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` and `make deb` put where: the binary, manual pages, completions, the systemd unit.

include(GNUInstallDirs)
install(TARGETS keepvalid RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

find_program(SCDOC scdoc)
set(pages ${CMAKE_BINARY_DIR}/man)
if(SCDOC)
  file(GLOB more CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.scd)
  add_custom_command(OUTPUT ${pages}/stamp
    COMMAND ${CMAKE_SOURCE_DIR}/tools/make-man $<TARGET_FILE:keepvalid> ${pages}
    COMMAND ${CMAKE_COMMAND} -E touch ${pages}/stamp
    DEPENDS keepvalid ${more} ${CMAKE_SOURCE_DIR}/tools/make-man
    COMMENT "manual pages")
  add_custom_target(man DEPENDS ${pages}/stamp)
  install(DIRECTORY ${pages}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL FILES_MATCHING PATTERN "*.1")
endif()
add_custom_target(completions
  COMMAND sh -c "mkdir -p completions && for s in bash zsh fish; do $<TARGET_FILE:keepvalid> completion $s >completions/$s; done"
  WORKING_DIRECTORY ${CMAKE_BINARY_DIR} DEPENDS keepvalid VERBATIM)
install(FILES ${CMAKE_BINARY_DIR}/completions/bash RENAME keepvalid OPTIONAL
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${CMAKE_BINARY_DIR}/completions/zsh RENAME _keepvalid OPTIONAL
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${CMAKE_BINARY_DIR}/completions/fish RENAME keepvalid.fish OPTIONAL
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/keepvalid.service DESTINATION lib/systemd/system)
install(FILES README.md CHANGELOG.md SECURITY.md docs/ARCHITECTURE.md docs/GLOSSARY.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME keepvalid)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "finds, judges, renews and proves TLS certificates")
set(CPACK_PACKAGE_CONTACT "Keepvalid maintainers <maintainers@keepvalid.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates")
include(CPack)

# What `cmake --install` and the Debian package put where.
include(GNUInstallDirs)

install(TARGETS wsb RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(
  FILES man/wsb.1 man/wsb-serve.1 man/wsb-connect.1 man/wsb-send.1 man/wsb-bench.1
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES completions/wsb.bash RENAME wsb
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/_wsb DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES completions/wsb.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# `cpack` in the build folder makes the package.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The wsb authors <wsb@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded by libwebsockets at run time, so that no tool can see it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS libwebsockets-evlib-uv)
include(CPack)

# Where Debian has things: the program, its manual page, what shells complete, its service, its pages.
include(GNUInstallDirs)

# The program writes them itself, of its flag table.
set(written ${PROJECT_BINARY_DIR}/written)
set(pages
  man:${CMAKE_INSTALL_MANDIR}/man1/wordstream.1
  bash:${CMAKE_INSTALL_DATADIR}/bash-completion/completions/wordstream
  zsh:${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions/_wordstream
  fish:${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/wordstream.fish)
foreach(page ${pages})
  string(REGEX MATCH "^([a-z]*):((.*)/([^/]*))$" page ${page})
  set(name ${CMAKE_MATCH_1})
  set(folder ${CMAKE_MATCH_3})
  set(file ${written}/${name}/${CMAKE_MATCH_4})
  file(MAKE_DIRECTORY ${written}/${name})
  add_custom_command(OUTPUT ${file} COMMAND wordstream completions ${name} > ${file}
    DEPENDS wordstream VERBATIM)
  if(name STREQUAL man)
    # As Debian has it: without a time in it.
    add_custom_command(OUTPUT ${file}.gz COMMAND gzip -9nf ${file} DEPENDS ${file} VERBATIM)
    string(APPEND file .gz)
  endif()
  install(FILES ${file} DESTINATION ${folder})
  list(APPEND files ${file})
endforeach()
add_custom_target(written ALL DEPENDS ${files})

# Where the program is is known when it is installed; systemd looks there, wherever libraries are.
set(program "\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/wordstream")
install(CODE "set(WORDSTREAM_PROGRAM ${program})
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/service/wordstream@.service
  ${written}/wordstream@.service @ONLY)")
install(FILES ${written}/wordstream@.service DESTINATION lib/systemd/system)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs
  FILES_MATCHING PATTERN "*.md" PATTERN "*.svg")
install(TARGETS wordstream RUNTIME)
# What it is made of is linked in, so that one file runs anywhere.
file(WRITE ${written}/overrides "wordstream: embedded-library\n")
install(FILES ${written}/overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME wordstream)
# Debian's own changelog has a date, which scripts/package knows.
install(FILES ${written}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

# scripts/package makes a package of it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
string(REPLACE - ~ CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION}${WORDSTREAM_VERSION_SUFFIX})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The wordstream authors <wordstream@wordstream.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "counts the words of a stream of lines, batch by batch
Lines come in over TCP, from files, pipes or Kafka. Words, fields or values
of JSON are counted per micro-batch and per window, and printed as Spark
Streaming prints them, or written to files, SQLite, PostgreSQL or Kafka.
.
What a crash may do to them is chosen: at-most-once, at-least-once or
exactly-once.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# They are loaded when such a server is named, and not before.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libpq5, librdkafka1")
set(CPACK_STRIP_FILES ON)
include(CPack)

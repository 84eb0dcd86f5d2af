# SPDX-License-Identifier: MIT
# Run by cpack for each kind of package, before it installs anything: what can only be said when all is built.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
    message(FATAL_ERROR "SOURCE_DATE_EPOCH is not set; conf/packaging/build.sh sets it")
endif()
# Its summary would stand before the description of each.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${CPACK_DEFAULT_PACKAGE_DESCRIPTION_SUMMARY})

function(run output)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${CPACK_CGPRUNE_MADE} OUTPUT_VARIABLE text
        OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    set(${output} "${text}" PARENT_SCOPE)
endfunction()

if(CPACK_GENERATOR STREQUAL DEB)
    # By CPack itself, with SHLIBDEPS, the library would get scripts that call ldconfig, for which it has a trigger.
    run(depends dpkg-shlibdeps -O -xlibprune0 ${CPACK_CGPRUNE_LIBRARY})
    string(REPLACE "shlibs:Depends=" "" CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS ${depends})
    # Fails if a symbol is not in the list, or no more in the library.
    run(said dpkg-gensymbols -c4 -plibprune0 -v${CPACK_PACKAGE_VERSION} -e${CPACK_CGPRUNE_LIBRARY}
        -I${CPACK_CGPRUNE_SOURCES}/debian/libprune0.symbols -Odebian/symbols)
endif()

if(CPACK_GENERATOR STREQUAL RPM)
    string(TIMESTAMP rpm_date "%a %b %d %Y" UTC) # of SOURCE_DATE_EPOCH
    configure_file(${CPACK_CGPRUNE_SOURCES}/rpm/changelog.in ${CPACK_RPM_CHANGELOG_FILE} @ONLY)
endif()

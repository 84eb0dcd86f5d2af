# SPDX-License-Identifier: MIT
# What .cmake/packages.cmake needs for Debian. For the files see deb-conffiles(5), deb-shlibs(5), deb-symbols(5) and
# deb-triggers(5).
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SOURCE ${PROJECT_NAME})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

configure_file(${packaging}/debian/prerm.in ${made}/debian/prerm @ONLY)
file(WRITE ${made}/debian/control "") # dpkg-shlibdeps wants one
file(WRITE ${made}/debian/conffiles "${CMAKE_INSTALL_FULL_SYSCONFDIR}/cgprune/cgprune.conf\n")
file(WRITE ${made}/debian/shlibs "libprune 0 libprune0 (>= ${PROJECT_VERSION})\n")
file(WRITE ${made}/debian/triggers "activate-noawait ldconfig\n")

foreach(group IN ITEMS tools library development)
    string(TOUPPER ${group} GROUP)
    set(CPACK_DEBIAN_${GROUP}_DESCRIPTION "${summary_${group}}\n${description_${group}}")
endforeach()

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME cgprune)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_CONTROL_EXTRA
    ${packaging}/debian/postinst ${made}/debian/prerm ${packaging}/debian/postrm ${made}/debian/conffiles)

# What it depends on, and its symbols, are found by configure.cmake.
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libprune0)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA
    ${made}/debian/shlibs ${made}/debian/symbols ${made}/debian/triggers)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libprune-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libprune0 (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")

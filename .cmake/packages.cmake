# SPDX-License-Identifier: MIT
# Packages by CPack, of what is installed: cgprune, the library, and what is needed to build with it. What a kind of
# package needs besides is in conf/packaging; ./dev package makes all of them.
set(CGPRUNE_PACKAGER "The cgprune authors <cgprune@example.org>" CACHE STRING "Who answers for packages made here")
set(packaging ${PROJECT_SOURCE_DIR}/conf/packaging)
set(made ${PROJECT_BINARY_DIR}/packaging)

set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME ${PROJECT_NAME})
set(CPACK_PACKAGE_CONTACT ${CGPRUNE_PACKAGER})
set(CPACK_PACKAGE_VENDOR "The cgprune authors")
set(CPACK_GENERATOR DEB)
set(CPACK_PROJECT_CONFIG_FILE ${packaging}/configure.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${packaging}/finish.cmake)
# For these two.
set(CPACK_CGPRUNE_SOURCES ${packaging})
set(CPACK_CGPRUNE_MADE ${made})
set(CPACK_CGPRUNE_LIBRARY ${PROJECT_BINARY_DIR}/libprune/libprune.so.${PROJECT_VERSION})
set(CPACK_CGPRUNE_DATADIR ${CMAKE_INSTALL_FULL_DATADIR})
set(CPACK_CGPRUNE_DOCDIR ${CMAKE_INSTALL_FULL_DOCDIR})
set(CPACK_CGPRUNE_MANDIR ${CMAKE_INSTALL_FULL_MANDIR})
# Below no other prefix than that of the build: paths are compiled in.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# One package a group.
set(CPACK_COMPONENTS_ALL agent conf doc library development)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
foreach(component IN ITEMS AGENT CONF DOC)
    set(CPACK_COMPONENT_${component}_GROUP tools)
endforeach()
set(CPACK_COMPONENT_LIBRARY_GROUP library)
set(CPACK_COMPONENT_DEVELOPMENT_GROUP development)

set(summary_tools "release agent for Linux control groups")
set(description_tools "When a cgroup becomes empty, the kernel runs release-agent. It looks at the
cgroup again, asks a policy, and removes it, keeps it, or remembers it for
later. It works beside whatever makes the cgroups, and needs no daemon.
cgprune sets this up, shows what would be done and why, finds what the
kernel did not report, and does the same on cgroup v2.

As installed it removes nothing: not before cgprune enable was run for a
hierarchy of cgroup v1, or a rule was written for v2 and cgprune watch run.")
set(summary_library "policy and state of cgroup removal, for cgroup managers")
set(description_library "With this library a manager of cgroups tells the release agent of cgprune
what it knows: who asked for a cgroup, to whom it was handed, that it is to
be kept, or that it is about to be entered.")
set(summary_development "policy and state of cgroup removal, files to build with")
set(description_development "The header, the static library and the manual of libprune, by which a manager
of cgroups tells the release agent of cgprune what it knows of them.")

include(${packaging}/debian.cmake)
include(${packaging}/rpm.cmake)
include(CPack)

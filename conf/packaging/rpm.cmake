# SPDX-License-Identifier: MIT
# What .cmake/packages.cmake needs for RPM.
set(CPACK_RPM_COMPONENT_INSTALL ON)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE MIT)
set(CPACK_RPM_PACKAGE_RELOCATABLE OFF)
set(CPACK_RPM_CHANGELOG_FILE ${made}/rpm/changelog)
# Nothing of this host and hour. Links that are named by build ids would be for debug packages, which there are none of.
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _buildhost reproducible
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _build_id_links none
%define packager ${CGPRUNE_PACKAGER}
%define debug_package %{nil}")

# Folders of other packages.
set(others)
foreach(folder IN ITEMS BINDIR SBINDIR LIBEXECDIR LIBDIR INCLUDEDIR DATADIR DOCDIR MANDIR SYSCONFDIR)
    list(APPEND others ${CMAKE_INSTALL_FULL_${folder}})
endforeach()
foreach(below IN ITEMS licenses bash-completion bash-completion/completions zsh zsh/vendor-completions fish
        fish/vendor_completions.d)
    list(APPEND others ${CMAKE_INSTALL_FULL_DATADIR}/${below})
endforeach()
foreach(section IN ITEMS 3 5 7 8)
    list(APPEND others ${CMAKE_INSTALL_FULL_MANDIR}/man${section})
endforeach()
foreach(below IN ITEMS lib/systemd ${CGPRUNE_SYSTEMD_UNIT_DIR} ${CGPRUNE_TMPFILES_DIR})
    list(APPEND others ${CMAKE_INSTALL_PREFIX}/${below})
endforeach()
foreach(below IN ITEMS cmake pkgconfig)
    list(APPEND others ${CMAKE_INSTALL_FULL_LIBDIR}/${below})
endforeach()
list(REMOVE_ITEM others ${CMAKE_INSTALL_FULL_DOCDIR})
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION ${others})

foreach(group IN ITEMS tools library development)
    string(TOUPPER ${group} GROUP)
    string(SUBSTRING ${summary_${group}} 0 1 first)
    string(SUBSTRING ${summary_${group}} 1 -1 rest)
    string(TOUPPER ${first} first)
    set(CPACK_RPM_${GROUP}_PACKAGE_SUMMARY ${first}${rest})
    set(CPACK_RPM_${GROUP}_PACKAGE_DESCRIPTION ${description_${group}})
endforeach()

configure_file(${packaging}/rpm/preun.in ${made}/rpm/preun @ONLY)
set(CPACK_RPM_TOOLS_PACKAGE_NAME cgprune)
set(CPACK_RPM_TOOLS_PACKAGE_GROUP System/Base)
set(CPACK_RPM_TOOLS_USER_FILELIST
    "%config(noreplace) ${CMAKE_INSTALL_FULL_SYSCONFDIR}/cgprune/cgprune.conf"
    "%license ${CMAKE_INSTALL_FULL_DATADIR}/licenses/cgprune/LICENSE")
set(CPACK_RPM_TOOLS_POST_INSTALL_SCRIPT_FILE ${packaging}/rpm/post)
set(CPACK_RPM_TOOLS_PRE_UNINSTALL_SCRIPT_FILE ${made}/rpm/preun)
set(CPACK_RPM_TOOLS_POST_UNINSTALL_SCRIPT_FILE ${packaging}/rpm/postun)

set(CPACK_RPM_LIBRARY_PACKAGE_NAME libprune0)
set(CPACK_RPM_LIBRARY_PACKAGE_GROUP System/Libraries)
set(CPACK_RPM_LIBRARY_USER_FILELIST "%license ${CMAKE_INSTALL_FULL_DATADIR}/licenses/libprune0/LICENSE")
set(CPACK_RPM_LIBRARY_POST_INSTALL_SCRIPT_FILE ${packaging}/rpm/ldconfig)
set(CPACK_RPM_LIBRARY_POST_UNINSTALL_SCRIPT_FILE ${packaging}/rpm/ldconfig)

set(CPACK_RPM_DEVELOPMENT_PACKAGE_NAME libprune-devel)
set(CPACK_RPM_DEVELOPMENT_PACKAGE_GROUP Development/Libraries)
set(CPACK_RPM_DEVELOPMENT_PACKAGE_REQUIRES "libprune0 = ${PROJECT_VERSION}")
set(CPACK_RPM_DEVELOPMENT_USER_FILELIST
    "%license ${CMAKE_INSTALL_FULL_DATADIR}/licenses/libprune-devel/LICENSE")

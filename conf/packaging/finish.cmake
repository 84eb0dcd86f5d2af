# SPDX-License-Identifier: MIT
# Run by cpack between installing and packing: gives each package the licence and what else its kind of package wants
# and "cmake --install" does not give, takes debug information out, and sets all times to SOURCE_DATE_EPOCH.
function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(compress file)
    run(gzip -9 --no-name ${file})
endfunction()

# What dh_strip takes.
function(strip_all root)
    file(GLOB_RECURSE files ${root}/*)
    foreach(file IN LISTS files)
        if(file MATCHES "/libprune\\.a$")
            run(strip --strip-debug --enable-deterministic-archives -R .comment -R .note ${file})
        elseif(NOT IS_SYMLINK ${file} AND file MATCHES "/(cgprune|release-agent|libprune\\.so\\.[^/]*)$")
            file(READ ${file} magic LIMIT 4 HEX)
            if(magic STREQUAL 7f454c46)
                run(strip --strip-unneeded -R .comment -R .note ${file})
            endif()
        endif()
    endforeach()
endfunction()

function(compress_manual root)
    file(GLOB_RECURSE pages ${root}${CPACK_CGPRUNE_MANDIR}/*)
    foreach(page IN LISTS pages)
        compress(${page})
    endforeach()
endfunction()

function(finish_debian root package)
    set(doc ${root}/usr/share/doc/${package})
    file(REMOVE ${root}${CPACK_CGPRUNE_DOCDIR}/LICENSE ${root}${CPACK_CGPRUNE_DOCDIR}/CHANGELOG.md) # as Debian has them:
    file(COPY ${CPACK_CGPRUNE_SOURCES}/debian/copyright DESTINATION ${doc})
    file(COPY_FILE ${CPACK_CGPRUNE_SOURCES}/../../CHANGELOG.md ${doc}/changelog)
    configure_file(${CPACK_CGPRUNE_SOURCES}/debian/changelog.in ${doc}/changelog.Debian @ONLY)
    compress(${doc}/changelog)
    compress(${doc}/changelog.Debian)
    set(overrides ${CPACK_CGPRUNE_SOURCES}/debian/${package}.lintian-overrides)
    if(EXISTS ${overrides})
        file(COPY ${overrides} DESTINATION ${root}/usr/share/lintian/overrides)
        file(RENAME ${root}/usr/share/lintian/overrides/${package}.lintian-overrides
            ${root}/usr/share/lintian/overrides/${package})
    endif()
endfunction()

function(finish_rpm root package)
    file(REMOVE ${root}${CPACK_CGPRUNE_DOCDIR}/LICENSE) # it has a place of its own:
    file(COPY ${CPACK_CGPRUNE_SOURCES}/../../LICENSE 
        DESTINATION ${root}${CPACK_CGPRUNE_DATADIR}/licenses/${package})
endfunction()

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH
foreach(group IN ITEMS tools library development)
    set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${group})
    if(NOT IS_DIRECTORY ${root})
        continue() # it was not asked for
    endif()
    string(TOUPPER ${group} GROUP)
    strip_all(${root})
    compress_manual(${root})
    if(CPACK_GENERATOR STREQUAL DEB)
        finish_debian(${root} ${CPACK_DEBIAN_${GROUP}_PACKAGE_NAME})
    elseif(CPACK_GENERATOR STREQUAL RPM)
        finish_rpm(${root} ${CPACK_RPM_${GROUP}_PACKAGE_NAME})
    endif()
    run(find ${root} -exec touch --no-dereference --date=@$ENV{SOURCE_DATE_EPOCH} {} +)
endforeach()

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 v2
# kernels: 6.12
# seconds: 3000
# Containers of runc, of busybox.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/managers.sh
. /usr/lib/guest/managers.sh
runtime=runc
# shellcheck source=../guest/oci.sh
. /usr/lib/guest/oci.sh

try_manager "runc $(version_of runc)"
scenario "runc deletes a container whose cgroups are gone" is_deleted_when_its_cgroups_are_gone

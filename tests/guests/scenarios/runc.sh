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
# shellcheck source=../guest/oci.sh
. /usr/lib/guest/oci.sh

try_runtime runc

#!/bin/sh
# SPDX-License-Identifier: MIT
# A createRuntime hook of an OCI bundle: the state that comes by standard input names the container's first process.
set -eu
pid=$(sed -n 's/.*"pid"[[:space:]]*:[[:space:]]*\([0-9][0-9]*\).*/\1/p')
exec "${0%/*}/register-container.sh" "$pid"

#!/bin/sh
# SPDX-License-Identifier: MIT
# rmdir_agent.c as a shell script, which is what release agents mostly are.
rmdir "/sys/fs/cgroup/${0##*/}$1"

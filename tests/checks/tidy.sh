#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clang-tidy finds nothing in any file that the build compiles.
# Most of its time goes into headers, so it gets two dozen sources at a time, one behind the other in one file.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/batches"

cmake -S "$root" -B "$work" -G Ninja --log-level=WARNING -DCGPRUNE_UNITY=OFF -DCGPRUNE_MUSL=OFF >/dev/null

# A line for each source: the folder, the command without the file, and the file. The library is compiled in four ways:
# one is enough. What is included from a source's own folder is looked for there.
sources() {
    jq --raw-output 'unique_by(.file)[] | (.file | sub("/[^/]*$"; "")) as $folder
        | [$folder, (.command | sub(" -o \\S+ -c \\S+$"; "")) + " -iquote \($folder) -c", .file] | join("\t")' \
        "$work/compile_commands.json" | sort
}

# What is a program in one file, or configures its headers by macros, cannot be put beside others.
is_alone() { [[ $1 != *.cpp ]] || grep -q -e '^#define' -e LLVMFuzzerTestOneInput "$1"; }

# "// FILE path" is before each source. Batches have folders as the sources have, and so the same .clang-tidy.
# Prints a line for each batch: the command without the file, and the file.
make_batches() {
    local folder command source last='' left=0 count=0 batch
    while IFS=$'\t' read -r folder command source; do
        if is_alone "$source" || [[ $command != "$last" ]] || ((left == 0)); then
            count=$((count + 1)) left=24
            batch=$work/batches/${folder#"$root"/}/$count.${source##*.}
            mkdir -p "${batch%/*}"
            printf '%s\t%s\n' "$command" "$batch"
        fi
        ! is_alone "$source" || left=1
        { printf '// FILE %s\n' "$source" && cat "$source"; } >>"$batch"
        last=$command left=$((left - 1))
    done < <(sources)
}

copy_settings() {
    local settings
    find . -name .clang-tidy -not -path './build/*' | while read -r settings; do
        mkdir -p "$work/batches/${settings%/*}"
        cp "$settings" "$work/batches/$settings"
    done
}

# A finding's place in a batch as its place in the source. A header's comes again with each batch that includes it.
findings() {
    awk -v batches="$work/batches/" '
        index($0, batches) == 1 {
            split($0, part, ":")
            line = 0
            while (line < part[2] && (getline text < part[1]) > 0) {
                line++
                if (text ~ /^\/\/ FILE /) { file = substr(text, 9); start = line }
            }
            close(part[1])
            $0 = file ":" part[2] - start substr($0, length(part[1] part[2]) + 2)
        }
        /: (fatal error|error|warning): |^error/' "$1" | sort -u
}

cd "$root"
copy_settings
make_batches | jq --raw-input --arg directory "$work" 'split("\t") | { $directory, command: (.[0] + " " + .[1]), file: .[1] }' |
    jq --slurp . >"$work/batches/compile_commands.json"

# The build is gcc's: what it is told and clang does not know is no finding.
tidy=(clang-tidy -p "$work/batches" --quiet
    --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-optimization-argument
    --extra-arg=-Wreserved-identifier)
if jq --raw-output '.[].file' "$work/batches/compile_commands.json" | tr '\n' '\0' |
    xargs -0 -n 1 -P 2 "${tidy[@]}" >"$work/output" 2>&1; then
    exit 0
fi
findings "$work/output" | grep . || cat "$work/output"
exit 1

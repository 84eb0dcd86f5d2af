// SPDX-License-Identifier: MIT
// Gives a fuzz target the files, and all files of the folders, that are its arguments: what libFuzzer found
// once is looked at again by every build, without libFuzzer.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "common/target.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> filesOf(const fs::path& argument) {
    std::vector<fs::path> files;
    if (!fs::is_directory(argument)) return {argument};
    for (const auto& entry : fs::directory_iterator(argument))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

bool replay(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad()) {
        std::fprintf(stderr, "%s: cannot be read\n", file.c_str());
        return false;
    }
    // The name is said before, since a target that finds something does not come back.
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    int replayed = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& file : filesOf(argv[i])) {
            if (!replay(file)) return 1;
            ++replayed;
        }
    std::printf("%d inputs\n", replayed);
    if (replayed == 0) std::fprintf(stderr, "no input: name files, or folders that hold some\n");
    return replayed == 0 ? 1 : 0;
}

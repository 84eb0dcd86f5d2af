// SPDX-License-Identifier: MIT
// model-steps: what becomes of a few cgroups, by the library and by a model of its rules; see README.md.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "run.h"

namespace {

using namespace prune::model;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Options {
    std::vector<std::uint64_t> seeds;
    std::uint64_t seedCount = 1;  ///< how many, from each of `seeds` on
    std::size_t steps = 300;      ///< of each seed
    bool fresh = false;           ///< as many again from a seed of the moment
    std::vector<std::string> files;
    std::string mountPoint;  ///< of the real kernel's hierarchy; "": the system in memory
};

int explainUsage() {
    std::fputs(
        "usage: model-steps [--seed N]... [--seeds COUNT] [--fresh] [--steps N] [--on MOUNT-POINT]\n"
        "       model-steps [--on MOUNT-POINT] --replay FILE...\n",
        stderr);
    return kUsage;
}

template <class Number>
bool read(const std::string& text, Number& number) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size();
}

bool readWord(const std::vector<std::string>& words, std::size_t& at, Options& options) {
    const auto& word = words[at];
    if (word == "--fresh") return options.fresh = true;
    if (++at == words.size()) return false;
    const auto& value = words[at];
    if (word == "--seed") return read(value, options.seeds.emplace_back());
    if (word == "--seeds") return read(value, options.seedCount);
    if (word == "--steps") return read(value, options.steps) && options.steps > 0;
    if (word == "--on") return !(options.mountPoint = value).empty();
    if (word != "--replay") return false;
    options.files.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
    at = words.size();
    return true;
}

MakeHost hostMaker(const Options& options) {
    if (options.mountPoint.empty()) return makeMemoryHost;
    return [at = options.mountPoint](bool) { return makeRealHost(at); };
}

std::uint64_t sum(const Counts& counts) {
    std::uint64_t all = 0;
    for (const auto count : counts) all += count;
    return all;
}

void print(const Counts& counts) {
    std::printf("steps by kind:");
    for (std::size_t i = 0; i < kKinds; ++i)
        std::printf(" %s %llu", std::string(word(static_cast<Kind>(i))).c_str(),
                    static_cast<unsigned long long>(counts[i]));
    std::printf("\n");
}

int replay(const Options& options) {
    Counts counts{};
    std::uint64_t all = 0;
    for (const auto& file : options.files) {
        std::ifstream stream(file);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        std::string wrong;
        const auto sequence = parseSequence(text, wrong);
        if (!sequence || sequence->steps.empty()) {
            std::printf("%s: %s\n", file.c_str(), wrong.empty() ? "no steps" : ("no step: " + wrong).c_str());
            return kFailed;
        }
        if (const auto failure = run(*sequence, hostMaker(options), &counts)) {
            std::printf("%s: the library and the model differ at %s", file.c_str(), failure->text.c_str());
            return kFailed;
        }
        all += sequence->steps.size();
        if (sum(counts) == all) continue;
        std::printf("%s: a step cannot be taken where it stands, and tests nothing\n", file.c_str());
        return kFailed;
    }
    print(counts);
    std::printf("%zu sequences, %llu steps: no difference\n", options.files.size(),
                static_cast<unsigned long long>(sum(counts)));
    return kDone;
}

int tell(std::uint64_t seed, const Failure& failure, const Sequence& taken, const MakeHost& makeHost) {
    std::printf("seed %llu: the library and the model differ at %s", static_cast<unsigned long long>(seed),
                failure.text.c_str());
    const auto least = shrink(taken, makeHost);
    const auto again = run(least, makeHost);
    std::printf("shrunk from %zu steps to %zu, to be kept in tests/model/sequences:\n%s", taken.steps.size(),
                least.steps.size(), textOf(least).c_str());
    std::printf("which differs at %s", again ? again->text.c_str() : "no step\n");
    return kFailed;
}

int runSeeds(const Options& options) {
    const auto makeHost = hostMaker(options);
    Counts counts{};
    std::uint64_t ran = 0;
    for (const auto first : options.seeds)
        for (auto seed = first; seed < first + options.seedCount; ++seed, ++ran) {
            Sequence taken;
            const auto before = sum(counts);
            if (const auto failure = runRandom(seed, options.steps, makeHost, counts, taken)) {
                const auto steps = before + failure->at + 1;
                std::printf("after %s steps, ", prune::decimalUnsigned(steps).c_str());
                return tell(seed, *failure, taken, makeHost);
            }
        }
    print(counts);
    std::printf("%llu seeds, %llu steps: no difference\n", static_cast<unsigned long long>(ran),
                static_cast<unsigned long long>(sum(counts)));
    return kDone;
}

int runAll(Options options) {
    if (!options.files.empty()) return replay(options);
    if (options.fresh) {
        constexpr std::uint64_t kReadable = 1'000'000'000;
        options.seeds.push_back(std::random_device()() % kReadable);
        std::printf("a fresh seed: --seed %llu --seeds %llu --steps %zu\n",
                    static_cast<unsigned long long>(options.seeds.back()),
                    static_cast<unsigned long long>(options.seedCount), options.steps);
        std::fflush(stdout);
    }
    return options.seeds.empty() ? explainUsage() : runSeeds(options);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    Options options;
    for (std::size_t at = 0; at < words.size(); ++at)
        if (!readWord(words, at, options)) return explainUsage();
    try {
        return runAll(std::move(options));
    } catch (const std::exception& problem) {
        std::printf("model-steps: %s\n", problem.what());
        return kFailed;
    }
}

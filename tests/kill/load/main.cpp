// SPDX-License-Identifier: MIT
// random-kills KILLS [SEED]: agents and verbs run beside each other and are killed at random moments, until
// that many kills hit one that lived. Then all has to come to the end that it should come to. random_kills.sh
// runs it.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <random>
#include <string>

#include "base/text.h"
#include "checks.h"
#include "load/lives.h"
#include "operation.h"

namespace {

using namespace prune::stepping;
using Count = unsigned long long;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr std::size_t kBesideEachOther = 6;
constexpr useconds_t kPauseUs = 200;
constexpr int kMostRounds = 100;
constexpr const char* kRule = "linger = 5ms\nsweep = yes\nsweep-linger = 0\nretry = 100ms..5s\n";

class Run {
public:
    Run(std::uint64_t kills, std::uint64_t seed)
        : kills_(kills),
          random_(seed),
          jobs_(world_, random_),
          lives_(prepared(), jobs_, random_, mostThatStay(kills)) {}

    void load() {
        while (jobs_.kills() < kills_) {
            while (jobs_.running() < kBesideEachOther) startOne();
            ::usleep(kPauseUs);
            jobs_.look();
        }
        jobs_.finish();
    }

    /// What the load came to while all creators live, and then without those that end.
    void check() {
        lives_.checkAllLiving(look(world_), complaints_);
        lives_.endCreators();
        world_.noDrainer();
        int rounds = 0;
        do {
            cgprune(world_, {"retry", "--now"});
            cgprune(world_, {"sweep", world_.hierarchy()});
        } while (lives_.toGo(look(world_)) > 0 && ++rounds < kMostRounds);
        cgprune(world_, {"retry", "--now"});
        checkEnd(look(world_));
    }

    int report(std::uint64_t seed) const {
        for (const auto& complaint : complaints_) std::printf("FAILED: %s\n", complaint.c_str());
        Count runs = 0;
        for (const auto& [kind, counts] : jobs_.counts()) {
            std::printf("%s: %llu runs, %llu killed\n", kind.c_str(), static_cast<Count>(counts.runs),
                        static_cast<Count>(counts.kills));
            runs += counts.runs;
        }
        std::printf("%llu cgroups made, %llu of them still there; seed %llu\n",
                    static_cast<Count>(lives_.made()), static_cast<Count>(stayed_), static_cast<Count>(seed));
        std::printf("random-kills: %llu runs, %llu kills, %llu failed\n", runs,
                    static_cast<Count>(jobs_.kills()), static_cast<Count>(complaints_.size()));
        return complaints_.empty() ? kDone : kFailed;
    }

private:
    static std::uint64_t mostThatStay(std::uint64_t kills) { return 30 + kills / 25; }

    World& prepared() {
        world_.makeAnew();
        world_.conf(Drainer::goesOn, kRule);
        before_ = look(world_);
        return world_;
    }

    void startOne() {
        const int number = std::uniform_int_distribution<int>(0, 99)(random_);
        if (number < 8) return jobs_.start({"retry", world_.cgprune({"retry", "--now"})});
        if (number < 16) return jobs_.start({"sweep", world_.cgprune({"sweep", world_.hierarchy()})});
        if (number < 20) return startReader({"list", "--json"});
        if (number < 22) return startReader({"status", "--json"});
        lives_.step();
    }

    /// One that only looks, and must always be able to.
    void startReader(std::vector<std::string> words) {
        Job job{words.front(), world_.cgprune(words), false};
        job.done = [this, name = words.front()](const Ending& ending) {
            if (ending.exit != 0 || ending.said.find("roken") != std::string::npos)
                complaints_.push_back(name + " exits with " + std::to_string(ending.exit) +
                                      " and says: " + ending.said);
        };
        jobs_.start(std::move(job));
    }

    void checkEnd(const Snapshot& now) {
        stayed_ = now.cgroups.size() - before_.cgroups.size();
        complaints_.insert(complaints_.end(), now.broken.begin(), now.broken.end());
        checkWhatStays(before_, now, world_, complaints_);
        lives_.checkEnd(now, complaints_);
        for (const auto& folder : now.temporaries)
            complaints_.push_back("a temporary file is left in " + folder);
        for (const auto& [name, text] : now.facts)
            if (!now.has(name.substr(0, name.rfind('.'))))
                complaints_.push_back("a fact of a gone cgroup is left: " + name);
        for (const auto& [path, text] : now.entries)
            if (!now.has(path)) complaints_.push_back("an entry of a gone cgroup is left: " + path);
        for (const auto& name : now.sweeps) complaints_.push_back("a sweep is still needed in " + name);
    }

    std::uint64_t kills_;
    World world_;
    Snapshot before_;
    Complaints complaints_;
    std::mt19937_64 random_;
    Jobs jobs_;
    Lives lives_;
    std::size_t stayed_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    const auto kills = argc > 1 ? prune::parseUnsigned(argv[1]) : std::nullopt;
    const auto seed = argc > 2 ? prune::parseUnsigned(argv[2]) : std::random_device()();
    if (!kills || !seed) {
        std::fputs("usage: random-kills KILLS [SEED]\n", stderr);
        return kUsage;
    }
    try {
        Run run(*kills, *seed);
        run.load();
        run.check();
        return run.report(*seed);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "random-kills: %s\n", problem.what());
        return kFailed;
    }
}

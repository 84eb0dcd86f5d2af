// SPDX-License-Identifier: MIT
#include "trial.h"

#include <cstdio>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "checks.h"

namespace prune::stepping {

namespace {

class Trial {
public:
    Trial(World& world, const Operation& operation, const Options& options)
        : world_(world), operation_(operation), options_(options) {
        healings_.push_back({"the same again", [this](World&) { doAgain(); }, Alike::all, operation.ended});
        for (const auto& healing : operation.healings) healings_.push_back(healing);
    }

    Counts run() {
        recordUnharmed();
        ++counts_.operations;
        counts_.calls += calls_;
        if (options_.only) {
            if (!killAt(*options_.only)) throw std::runtime_error("there is no such call");
            return counts_;
        }
        for (const auto when : {When::before, When::after}) {
            if (when == When::after && !options_.after) continue;
            for (std::uint64_t call = 1; killAt({call, when});) ++call;
        }
        return counts_;
    }

private:
    void prepare() {
        world_.makeAnew();
        operation_.prepare(world_);
        before_ = look(world_);
    }

    Stepped stepTo(std::optional<KillPoint> at) {
        const auto stepped = step(operation_.act(world_), operation_.who, at);
        world_.endLeftBehind();
        return stepped;
    }

    /// The agent forks its drainer, which is waited for.
    void doAgain() {
        prune::stepping::run(operation_.act(world_));
        world_.endLeftBehind();
        if (operation_.leavesLitter) clean();
    }

    /// What looks after the state now and then does so now.
    void clean() {
        world_.noDrainer();
        cgprune(world_, {"retry", "--now"});
        cgprune(world_, {"sweep", world_.hierarchy()});
    }

    void heal(const Healing& healing) {
        // What is done every ten minutes only may be done again.
        std::filesystem::remove_all(std::string(kStateFolder) + "/once");
        healing.act(world_);
        world_.endLeftBehind();
    }

    void recordUnharmed() {
        prepare();
        calls_ = stepTo(std::nullopt).calls;
        ended_ = look(world_);
        expect(operation_.ended, ended_, "the operation");
        for (const auto& healing : healings_) {
            const bool isAgain = &healing == &healings_.front();
            prepare();
            stepTo(std::nullopt);
            if (!isAgain) heal(healing);
            if (isAgain && operation_.leavesLitter) clean();
            references_.push_back(look(world_));
            expect(healing.ended, references_.back(), healing.name);
        }
    }

    void expect(const Ended& ended, const Snapshot& now, const std::string& what) const {
        if (ended(now) && now.broken.empty()) return;
        throw std::runtime_error(operation_.name + ": " + what + " came unharmed to:\n" + now.everything() +
                                 "the last program said: " + said());
    }

    /// False: there is no such call.
    bool killAt(const KillPoint& at) {
        if (isDirty_) prepare();
        const auto stepped = stepTo(at);
        if (!stepped.killed) {
            isDirty_ = true;
            return false;
        }
        ++counts_.kills;
        const auto now = look(world_);
        isDirty_ = now.raw != before_.raw;
        Complaints complaints;
        checkStatesAfterKill(before_, ended_, now, world_, complaints);
        const bool isNew = seen_.insert(now.everything()).second;
        if (isNew) ++counts_.states;
        if (isNew || options_.healAll || options_.only) {
            checkOnHost(world_, now, complaints);
            for (std::size_t i = 0; i < healings_.size(); ++i) tryHealing(at, i, complaints);
        }
        if (!complaints.empty()) tell(at, stepped, complaints);
        return true;
    }

    void tryHealing(const KillPoint& at, std::size_t number, Complaints& complaints) {
        if (number > 0) {
            prepare();
            if (!stepTo(at).killed) return;
        }
        isDirty_ = true;
        ++counts_.healed;
        const auto& healing = healings_[number];
        heal(healing);
        const auto now = look(world_);
        compare(healing, now, references_[number], complaints);
        checkWhatStays(before_, now, world_, complaints);
        checkLitter(healing, complaints);
    }

    static void compare(const Healing& healing, const Snapshot& now, const Snapshot& reference,
                        Complaints& complaints) {
        complaints.insert(complaints.end(), now.broken.begin(), now.broken.end());
        const bool isAlike = healing.alike == Alike::all       ? now.lasting() == reference.lasting()
                             : healing.alike == Alike::outline ? now.outline() == reference.outline()
                                                               : true;
        if (isAlike && healing.ended(now)) return;
        complaints.push_back("healed by " + healing.name + " it came to:\n" + now.lasting() +
                             "  instead of:\n" + reference.lasting());
    }

    /// The next sweep drops what the killed process left.
    void checkLitter(const Healing& healing, Complaints& complaints) {
        world_.noDrainer();
        cgprune(world_, {"sweep", world_.hierarchy()});
        for (const auto& folder : look(world_).temporaries)
            complaints.push_back("healed by " + healing.name + " and swept there is a temporary file in " +
                                 folder);
    }

    void tell(const KillPoint& at, const Stepped& stepped, const Complaints& complaints) {
        ++counts_.failed;
        std::printf("FAILED: kill-at-call --operations %s %s %llu (system call number %ld)\n",
                    operation_.name.c_str(), at.when == When::before ? "before" : "after",
                    static_cast<unsigned long long>(at.call), stepped.lastCall);
        for (const auto& complaint : complaints) std::printf("  %s\n", complaint.c_str());
    }

    World& world_;
    const Operation& operation_;
    const Options& options_;
    std::vector<Healing> healings_;
    std::vector<Snapshot> references_;
    Snapshot before_;
    Snapshot ended_;
    std::uint64_t calls_ = 0;
    bool isDirty_ = true;
    std::set<std::string> seen_;
    Counts counts_;
};

}  // namespace

Counts tryOperation(World& world, const Operation& operation, const Options& options) {
    return Trial(world, operation, options).run();
}

}  // namespace prune::stepping

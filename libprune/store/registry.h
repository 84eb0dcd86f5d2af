// SPDX-License-Identifier: MIT
/// The registry: facts about cgroups, one small file each, in /run/cgprune/registry. Since 1.0.
/// Each file is there whole or not at all, whoever is killed when; reading takes no lock, and hundreds of
/// processes may write at once. One thread per System. Layout: registry/<hierarchy>/<cgroup id>.<kind>.
/// Format: cgprune-state(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

enum class FactKind { creator, delegated };

/// Who says so: somebody asked us to remember it, or watch saw it happen.
enum class FactSource { registered, observed };

/// "creator", "delegated"; "registered", "observed".
std::string_view word(FactKind kind);
std::string_view word(FactSource source);

/// What a person runs to drop such a fact: "cgprune forget", "cgprune undelegate".
std::string_view verbThatDrops(FactKind kind);

/// Names one fact.
struct FactKey {
    std::string hierarchy;
    std::uint64_t id = 0;  ///< cgroup id
    FactKind kind = FactKind::creator;

    bool operator==(const FactKey&) const = default;
};

/// What is common to all facts, and the lines of the one kind.
struct Fact {
    std::string boot;               ///< boot id: a fact of another boot is litter
    std::uint32_t hierarchyId = 0;  ///< so is one of another instance of the hierarchy
    std::string path;               ///< where the cgroup was then; "" where too long to keep
    FactSource source = FactSource::registered;
    std::int64_t recordedMs = 0;  ///< when (CLOCK_BOOTTIME, milliseconds)
    std::string body;             ///< "key=value" lines that the kind gives meaning to

    bool operator==(const Fact&) const = default;
};

/// The text of a fact, and back; nothing if the text is not exactly one of this version.
std::string formatFact(const FactKey& key, const Fact& fact);
std::optional<Fact> parseFact(const FactKey& key, std::string_view text);

/// Most facts of a hierarchy with which an observed one is still added: users make cgroups as they like, and
/// tmpfs pages are the host's memory. What is registered is root's own doing, and has no bound.
constexpr std::uint64_t kMaxFactsObserved = 32'768;

class Registry {
public:
    /// `mayChange` false: for looks that change nothing; a broken fact is then left where it is.
    explicit Registry(System& system, bool mayChange = true) : system_(system), mayChange_(mayChange) {}

    /// Writes the fact, in place of one of the same key. False: it is observed, and there is one of this boot
    /// and hierarchy already, or a broken one, which stays. ENOSPC: also where kMaxFactsObserved is reached.
    /// EWOULDBLOCK: others have held the folder's lock for a second.
    Result<bool> put(const FactKey& key, const Fact& fact);
    /// Nothing: no such fact. A broken one (EBADMSG) is set aside as <id>.<kind>.broken, and is EBADMSG for
    /// as long as that is there and no other was put.
    Result<std::optional<Fact>> find(const FactKey& key);
    /// Removes what find() gave, nothing standing for a broken one: but not what was put since. False: that
    /// is no longer there.
    Result<bool> dropIfStill(const FactKey& key, const std::optional<Fact>& seen);
    /// Sets the path of a fact that is there. False: there is none, or a broken one.
    Result<bool> move(const FactKey& key, std::string_view path);
    /// Removes the fact, and a broken one that was set aside. False: there was none.
    Result<bool> drop(const FactKey& key);
    /// The same, so that no move() that has read it brings it back. EWOULDBLOCK: others hold the folder's
    /// lock.
    Result<bool> dropForGood(const FactKey& key);
    /// Removes what killed writers left in a hierarchy's folder; how many.
    Result<std::uint64_t> dropTemporaries(const std::string& hierarchy);
    /// How many facts a hierarchy has, about: whatever else is in its folder counts too.
    Result<std::uint64_t> size(const std::string& hierarchy);
    /// All keys of a hierarchy, in no order; those of broken facts too.
    Result<std::vector<FactKey>> keys(const std::string& hierarchy);
    /// The hierarchies that have, or had, facts.
    Result<std::vector<std::string>> hierarchies();

private:
    /// As find(), but a broken fact stays where it is.
    Result<std::optional<Fact>> read(const FactKey& key);
    /// Makes room for an observed fact. EWOULDBLOCK: the folder's lock is held by others.
    Status dropLitter(const FactKey& key, const Fact& fact);
    Result<bool> putObserved(int folder, const FactKey& key, const Fact& fact);
    void setAside(const FactKey& key);

    System& system_;
    bool mayChange_;
};

}  // namespace prune

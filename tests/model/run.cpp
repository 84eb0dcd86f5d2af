// SPDX-License-Identifier: MIT
#include "run.h"

#include <algorithm>
#include <exception>
#include <random>

#include "model.h"
#include "world.h"

namespace prune::model {

namespace {

/// What only one of two has, each line after a sign.
std::string difference(const std::vector<std::string>& model, const std::vector<std::string>& library) {
    std::string text;
    for (const auto& line : model)
        if (std::find(library.begin(), library.end(), line) == library.end())
            text += "  model:   " + line + '\n';
    for (const auto& line : library)
        if (std::find(model.begin(), model.end(), line) == model.end()) text += "  library: " + line + '\n';
    return text.empty() ? "  the same lines in another order or number\n" : text;
}

/// The model and the library, side by side.
class Pair {
public:
    Pair(const MakeHost& makeHost, bool tellsNamespaces)
        : world_(makeHost(tellsNamespaces)),
          model_([this](const std::string& path) { return world_.idOf(path); }, world_.tellsNamespaces()) {}

    bool canTake(const Step& step) const { return model_.canTake(step); }

    /// What they differ in; "" for nothing.
    std::string take(const Step& step) {
        const auto call = model_.nextCall();
        const auto library = world_.take(step, call);
        auto model = model_.take(step, library);
        if (!world_.tellsCalls())
            std::erase_if(model.lines, [](const auto& line) { return line.starts_with("the kernel calls"); });
        if (model.lines != library.lines) return difference(model.lines, library.lines);
        const auto modelSeen = model_.seen();
        const auto librarySeen = world_.see();
        return modelSeen == librarySeen ? "" : difference(linesOf(modelSeen), linesOf(librarySeen));
    }

private:
    World world_;
    Model model_;
};

std::optional<Failure> takeOne(Pair& pair, const Step& step, std::size_t at) {
    std::string text;
    try {
        text = pair.take(step);
    } catch (const std::exception& problem) {
        text = std::string("  the test cannot go on: ") + problem.what() + '\n';
    }
    if (text.empty()) return std::nullopt;
    return Failure{at, "step " + std::to_string(at + 1) + ", " + textOf(step) + ":\n" + text};
}

/// How often each kind is drawn, by what makes for collisions.
unsigned weightOf(Kind kind) {
    switch (kind) {
        case Kind::clock:
        case Kind::retry:
        case Kind::agent:
            return 12;
        case Kind::make:
        case Kind::enter:
        case Kind::leave:
            return 8;
        case Kind::release:
        case Kind::start:
        case Kind::end:
        case Kind::creator:
        case Kind::sweep:
            return 5;
        case Kind::conf:
            return 3;
        case Kind::rmdirs:
        case Kind::takeOver:
        case Kind::lose:
        case Kind::spoil:
            return 1;
        default:
            return 2;
    }
}

class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {
        for (std::size_t i = 0; i < kKinds; ++i)
            bag_.insert(bag_.end(), weightOf(static_cast<Kind>(i)), static_cast<Kind>(i));
    }

    bool coin() { return random_() % 2 == 0; }

    Step next() {
        Step step{bag_[random_() % bag_.size()], {}};
        for (const auto& words : choicesOf(step.kind)) step.words.push_back(words[random_() % words.size()]);
        return step;
    }

private:
    std::mt19937_64 random_;
    std::vector<Kind> bag_;
};

void count(Counts* counts, Kind kind) {
    if (counts != nullptr) ++(*counts)[static_cast<std::size_t>(kind)];
}

}  // namespace

std::optional<Failure> run(const Sequence& sequence, const MakeHost& makeHost, Counts* counts) {
    Pair pair(makeHost, sequence.tellsNamespaces);
    for (std::size_t i = 0; i < sequence.steps.size(); ++i) {
        const auto& step = sequence.steps[i];
        if (!pair.canTake(step)) continue;
        count(counts, step.kind);
        if (auto failure = takeOne(pair, step, i)) return failure;
    }
    return std::nullopt;
}

std::optional<Failure> runRandom(std::uint64_t seed, std::size_t steps, const MakeHost& makeHost,
                                 Counts& counts, Sequence& taken) {
    Generator generator(seed);
    taken = {generator.coin(), {}};
    Pair pair(makeHost, taken.tellsNamespaces);
    while (taken.steps.size() < steps) {
        auto step = generator.next();
        if (!pair.canTake(step)) continue;
        count(&counts, step.kind);
        taken.steps.push_back(std::move(step));
        if (auto failure = takeOne(pair, taken.steps.back(), taken.steps.size() - 1)) return failure;
    }
    return std::nullopt;
}

/// Delta debugging: larger pieces are left out first, then smaller ones, down to single steps.
Sequence shrink(const Sequence& failing, const MakeHost& makeHost) {
    auto best = failing;
    if (const auto failure = run(best, makeHost)) best.steps.resize(failure->at + 1);
    for (auto piece = best.steps.size() / 2 + 1; piece > 0;) {
        bool hasShrunk = false;
        for (std::size_t from = 0; from < best.steps.size();) {
            auto without = best;
            const auto end = std::min(from + piece, best.steps.size());
            without.steps.erase(without.steps.begin() + static_cast<std::ptrdiff_t>(from),
                                without.steps.begin() + static_cast<std::ptrdiff_t>(end));
            if (const auto failure = run(without, makeHost)) {
                without.steps.resize(failure->at + 1);
                best = without;
                hasShrunk = true;
            } else {
                from += piece;
            }
        }
        if (piece == 1 && !hasShrunk) break;
        piece = piece == 1 ? 1 : piece / 2;
    }
    return best;
}

}  // namespace prune::model

// SPDX-License-Identifier: MIT
/// Runs sequences, makes random ones, and shrinks those that fail.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host.h"
#include "step.h"

namespace prune::model {

/// Where the library and the model differ.
struct Failure {
    std::size_t at = 0;  ///< index of the step
    std::string text;    ///< which lines
};

using MakeHost = std::function<std::unique_ptr<Host>(bool tellsNamespaces)>;
/// How many steps of each kind were taken.
using Counts = std::array<std::uint64_t, kKinds>;

/// Steps that cannot be taken where they stand are let pass.
std::optional<Failure> run(const Sequence& sequence, const MakeHost& makeHost, Counts* counts = nullptr);

/// Takes `count` random steps; `taken` are those of them that could be taken.
std::optional<Failure> runRandom(std::uint64_t seed, std::size_t count, const MakeHost& makeHost,
                                 Counts& counts, Sequence& taken);

/// A part of a failing sequence, as short as can be found, that fails too.
Sequence shrink(const Sequence& failing, const MakeHost& makeHost);

}  // namespace prune::model

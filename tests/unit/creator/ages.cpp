// SPDX-License-Identifier: MIT
#include "unit/creator/ages.h"

namespace prune::test {

KernelAge anyAge() { return GENERATE(from_range(ages())); }

}  // namespace prune::test

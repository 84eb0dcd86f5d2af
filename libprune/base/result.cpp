// SPDX-License-Identifier: MIT
#include "base/result.h"

#include <cstring>

#include "base/text.h"

namespace prune {

std::string Error::text() const {
    if (code == 0) return doing;
    return doing + ": " + ::strerror(code) + " (errno " + decimal(code) + ")";
}

}  // namespace prune

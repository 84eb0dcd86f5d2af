// SPDX-License-Identifier: MIT
#include "support/failing_system.h"

namespace prune {

void FailingSystem::failCall(int number, int code) {
    count_ = 0;
    failAt_ = number;
    failCode_ = code;
}

void FailingSystem::failNamed(std::string name, int code, int times) {
    named_.insert_or_assign(std::move(name), Named{code, times});
}

void FailingSystem::clear() {
    count_ = 0;
    failAt_ = 0;
    named_.clear();
}

int FailingSystem::before(const Call& call) {
    if (++count_ == failAt_) {
        ++failures_;
        return failCode_;
    }
    const auto named = named_.find(call.name);
    if (named == named_.end() || named->second.times == 0) return 0;
    --named->second.times;
    ++failures_;
    return named->second.code;
}

}  // namespace prune

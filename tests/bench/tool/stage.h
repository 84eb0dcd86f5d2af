// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "plan.h"

namespace bench {
/// What one run of a case finds: made before the clock runs, looked at and cleared after it has stopped.
class Stage {
public:
    Stage(const Case& about, std::string name);

    /// The arguments of the program.
    std::vector<std::string> words() const;

    /// After the run: whether it did to the cgroup what the case says.
    bool isAsExpected() const;

    /// Leaves nothing.
    void clear();

private:
    void makeCgroup();
    void makeFact();
    std::string directory() const { return about_->folder + '/' + name_; }
    std::string factFile() const { return about_->registry + '/' + id_ + ".creator"; }
    std::string entryFile() const { return about_->journal + '/' + id_; }

    const Case* about_;
    std::string name_;
    std::string id_{};
};

/// Writes a file anew.
void writeText(const std::string& path, const std::string& text);
}  // namespace bench

// SPDX-License-Identifier: MIT
/// How far long work is: one line on stderr that is written over again and again, where that is a terminal.
#pragma once

#include <cstdint>
#include <string>

#include "cgprune/output.h"
#include "sys/system.h"

namespace prune {

class Progress {
public:
    /// Where stdout is a terminal too the lines that go there tell enough: then they are only kept flowing.
    Progress(System& system, Output& out);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// After each piece of work; `text` is shown now and then.
    void at(const std::string& text);
    /// Takes the line away.
    void end();

private:
    void show(const std::string& text);

    System& system_;
    Output& out_;
    bool shows_;
    bool flows_;
    std::int64_t nextMs_;
    std::size_t shown_ = 0;  ///< bytes of the line that is there
};

}  // namespace prune

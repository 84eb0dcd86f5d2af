// SPDX-License-Identifier: MIT
/// Where cgprune writes: results to stdout, as text or one JSON object a line; what is wrong to stderr.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "sys/system.h"

namespace prune {

/// Keys stay in the order in which they were put in.
using Json = nlohmann::ordered_json;

class Output {
public:
    /// `program` stands before each problem: "cgprune enable".
    Output(System& system, std::string program, bool json)
        : system_(system), program_(std::move(program)), json_(json) {}

    bool json() const { return json_; }

    /// One result: the line, or the object with --json.
    void say(std::string_view line, const Json& object);
    /// A line that has no place in JSON.
    void line(std::string_view text);
    /// One object, with --json only.
    void object(const Json& object);

    /// To stderr: what happened, to what, what to do. Also with --json.
    void problem(std::string_view text);

    /// Writes what is held back. False: stdout took it not, which was said.
    bool flush();

private:
    void write(std::string_view text);
    bool writeAll(int fd, std::string_view text);

    System& system_;
    std::string program_;
    bool json_;
    bool broken_ = false;
    std::string held_;
};

}  // namespace prune

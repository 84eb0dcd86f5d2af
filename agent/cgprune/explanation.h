// SPDX-License-Identifier: MIT
/// What cgprune explain prints: the text and the JSON forms of the same things, one after the other.
#pragma once

#include <string>
#include <vector>

#include "cgprune/output.h"

namespace prune {

class Explanation {
public:
    Explanation() = default;
    Explanation(const Explanation&) = delete;
    Explanation& operator=(const Explanation&) = delete;

    void add(const char* key, const std::string& text) { add(key, text, text); }
    void add(const char* key, const std::string& text, Json value);
    /// A fact, and where it is from.
    void addFact(const char* key, const std::string& text, Json value,
                 const std::vector<std::string>& sources);
    /// A line that JSON has in other words.
    void addText(const char* key, const std::string& text);
    /// What only JSON has.
    void addValue(const char* key, Json value) { object_[key] = std::move(value); }
    /// A line for each text; `values` is an array.
    void addList(const char* key, const std::vector<std::string>& texts, Json values);
    void print(Output& out) const;

private:
    std::string text_;
    Json object_ = Json::object();
    Json sources_ = Json::object();
};

}  // namespace prune

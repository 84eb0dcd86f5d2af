// SPDX-License-Identifier: MIT
#include "cgprune/explanation.h"

#include <fmt/format.h>

namespace prune {

void Explanation::add(const char* key, const std::string& text, Json value) {
    addText(key, text);
    addValue(key, std::move(value));
}

void Explanation::addFact(const char* key, const std::string& text, Json value,
                          const std::vector<std::string>& sources) {
    std::string names;
    for (const auto& source : sources) names += (names.empty() ? "" : ", ") + source;
    add(key, fmt::format("{} [{}]", text, names), std::move(value));
    sources_[key] = sources;
}

void Explanation::addText(const char* key, const std::string& text) {
    text_ += fmt::format("{}: {}\n", key, text);
}

void Explanation::addList(const char* key, const std::vector<std::string>& texts, Json values) {
    for (const auto& text : texts) addText(key, text);
    addValue(key, std::move(values));
}

void Explanation::print(Output& out) const {
    auto object = object_;
    object["sources"] = sources_;
    out.say(std::string_view(text_).substr(0, text_.size() - 1), object);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgprune/explanation.h"

#include <fmt/format.h>

namespace prune {

void Explanation::add(const char* key, const std::string& text, Json value) {
    text_ += fmt::format("{}: {}\n", key, text);
    object_[key] = std::move(value);
}

void Explanation::addFact(const char* key, const std::string& text, Json value, const std::string& source) {
    add(key, fmt::format("{} [{}]", text, source), std::move(value));
    sources_[key] = source;
}

void Explanation::addList(const char* key, const std::vector<std::string>& texts, Json values) {
    for (const auto& text : texts) text_ += fmt::format("{}: {}\n", key, text);
    object_[key] = std::move(values);
}

void Explanation::print(Output& out) const {
    auto object = object_;
    object["sources"] = sources_;
    out.say(std::string_view(text_).substr(0, text_.size() - 1), object);
}

}  // namespace prune

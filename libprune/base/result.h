// SPDX-License-Identifier: MIT
/// Errors as values: what every fallible call of libprune returns. Since 1.0.
/// No exception leaves the library; EBUSY and ENOENT of a removal are outcomes, not errors.
/// All types here are plain values, usable from any thread.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace prune {

/// What went wrong: what was being done, to what, and the errno (0 where none applies).
struct Error {
    std::string doing;  ///< "open cgroup /a/b of freezer"; already escaped for people
    int code = 0;       ///< errno, positive; 0 = the sentence says it all

    /// "doing: Permission denied (errno 13)", or the sentence alone.
    std::string text() const;
};

/// A T or an Error. Ask ok() before value(); value() of a failed Result is a programming error.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() { return at<0>(state_); }
    const T& value() const { return at<0>(state_); }
    const Error& error() const { return at<1>(state_); }
    Error takeError() { return std::move(at<1>(state_)); }

private:
    /// The alternative that ok() told to be there: no check, and the compiler knows it.
    template <std::size_t kIndex, class State>
    static auto& at(State& state) {
        auto* found = std::get_if<kIndex>(&state);
        if (found == nullptr) __builtin_unreachable();
        return *found;
    }

    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), failed_(true) {}

    bool ok() const { return !failed_; }
    explicit operator bool() const { return ok(); }
    const Error& error() const { return error_; }
    Error takeError() { return std::move(error_); }

private:
    Error error_;
    bool failed_ = false;
};

using Status = Result<void>;

}  // namespace prune

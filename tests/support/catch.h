// SPDX-License-Identifier: MIT
// The one place that names Catch2's header: version 3 has another, and only this file need change for it.
#pragma once

#include <catch2/catch.hpp>

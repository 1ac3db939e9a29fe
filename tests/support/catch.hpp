// The one place that knows which Catch2 is installed; only what versions 2 and 3 share is used.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

// Everything a host needs.
#pragma once

#include <nurture/decision.hpp>
#include <nurture/diagnostics.hpp>
#include <nurture/engine.hpp>
#include <nurture/experiments.hpp>
#include <nurture/inputs.hpp>
#include <nurture/limits.hpp>
#include <nurture/program.hpp>
#include <nurture/scores.hpp>
#include <nurture/sharded_engine.hpp>
#include <nurture/time.hpp>
#include <nurture/value.hpp>

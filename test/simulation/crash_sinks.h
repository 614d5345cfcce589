// Where the counts of a crash run go, and what others find there that are on other machines.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/world.h"
#include "simulation/crash_outcome.h"
#include "sink/sink_choice.h"

namespace wordstream::simulation {

enum class CrashSink { Stdout, File, Database, Server, Topic };
std::string_view to_text(CrashSink sink);

inline constexpr const char* kCountsFile = "/counts.tsv";
inline constexpr const char* kCountsDatabase = "/counts.db";

/// What is named on the command line. Its server or topic, with faults by chance from now on, is
/// made. Called once for each.
ChosenTarget target_of(CrashSink sink, sim::World& world);

/// Of a server or a topic: how far it says that it has come. It never goes back.
std::map<std::string, std::int64_t> progress_elsewhere(sim::World& world);
OutputRows rows_on_server(sim::World& world, bool is_total);
/// As a reader sees them that reads what is committed alone, or all that is there. Fails where a
/// message is no row, or its key or headers are not those of its row.
Result<OutputRows> rows_in_topic(const sim::World& world, bool is_committed);

}  // namespace wordstream::simulation

// Every flag as data: its names, its value, what --help says of it, what it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/key_argument.h"
#include "app/log.h"
#include "app/sink_argument.h"
#include "base/result.h"
#include "engine/config.h"
#include "send/send_loop.h"

namespace wordstream {

/// What was typed, each flag by itself; what flags mean together is decided afterwards.
struct Typed {
  Config config;
  LogChoice log;
  std::optional<Display> display;
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;
  std::optional<Endpoint> listen;
  ChosenSource relp = nullptr;  ///< null: none
  bool follow = false;
  bool shows_progress = true;
  std::optional<Endpoint> http;
  std::vector<std::string> http_hosts;
  std::string on;  ///< a master of Spark's; empty: none
  std::optional<Millis> window;
  std::optional<Millis> slide;
  bool total = false;
  std::optional<Millis> idle_after;
  TypedKeys keys;
  std::optional<std::size_t> top;
  std::vector<TypedSink> sinks;
  std::optional<std::string> checkpoint;
  std::optional<Millis> commit_interval;
  std::optional<std::uint64_t> thread_count;  ///< none: auto
  std::optional<std::uint64_t> memory_bytes_max;
  bool explain = false;
  bool as_json = false;  ///< of inspect
  std::string backup;    ///< of inspect, too
  // Of send.
  std::optional<Endpoint> to;
  std::string name;
  std::optional<std::string> key;
  std::optional<std::uint64_t> window_bytes;
};

/// One flag. `apply` fails with InvalidArgument and says what would be right; the flags that print
/// something instead of running have none.
struct Flag {
  std::string names;  ///< as CLI11 takes them: "-b,--batch"
  std::string value;  ///< the name of its value; empty for a switch
  std::string help;
  Status (*apply)(Typed& typed, const std::string& value);
  bool adds = false;  ///< each time that it is given; of all others the last one counts
  std::vector<std::string> choices = {};  ///< what its value may be, where that is a word of few

  /// "--batch" of "-b,--batch".
  std::string_view long_name() const { return std::string_view(names).substr(names.find("--")); }
  /// "-b" and "--batch".
  std::vector<std::string> all_names() const;
  /// What counts without it, as its help says it at the end in brackets; empty: nothing does.
  std::string_view preset() const;
};

/// Flags that belong together.
struct FlagGroup {
  std::string title;
  std::vector<Flag> flags;
};

inline constexpr std::string_view kHelpFlag = "--help";
inline constexpr std::string_view kVersionFlag = "--version";
inline constexpr std::string_view kConfigFlag = "--config";
inline constexpr std::string_view kPrintConfigFlag = "--print-config";

/// All flags of a run, in the order of --help.
const std::vector<FlagGroup>& flag_groups();

/// Those of `wordstream inspect`.
const std::vector<FlagGroup>& inspect_flag_groups();

/// That of `wordstream completions`.
const std::vector<FlagGroup>& completions_flag_groups();

/// Those of `wordstream send`, in the order of its --help.
const std::vector<FlagGroup>& send_flag_groups();

}  // namespace wordstream

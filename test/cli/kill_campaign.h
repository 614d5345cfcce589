// One job that is killed again and again: lines go in, the program gets kill -9 at a moment that a
// seed has chosen, and is started again by the same command; at last it may come to its end. What
// came out of all lives is then held against the law. The moments are counted in what the program
// does, in effects on its files and bytes of its output, never in time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cli/emissions.h"
#include "cli/file_events.h"
#include "cli/folder.h"
#include "cli/kill_law.h"
#include "cli/program.h"

namespace wordstream::cli {

enum class FedBy { File, Pipe, Topic };
enum class GoesTo { Stdout, File, Sqlite, Server };
/// What an emission is. Windows slide, and each line is in three of them.
enum class Counts { Batches, Windows };

/// What is written to where it goes to a Server.
struct ServerSink {
  std::string uri = {};
  std::function<std::vector<Row>()> rows = {};
  std::function<void()> crash = {};  ///< the server dies now and comes back
};

/// What is read where it is fed by a Topic.
struct TopicSource {
  std::string uri = {};
  /// Puts whole lines into messages, in one way of several. Returns when they can be read.
  std::function<void(const std::string& text, std::uint64_t chance)> put = {};
  std::function<void()> crash = {};  ///< the broker dies now, and will be back
};

struct KillCell {
  std::string mode;
  GoesTo sink;
  FedBy source;
  Counts counts = Counts::Batches;
  ServerSink server = {};
  TopicSource topic = {};
};

class KillCampaign {
 public:
  KillCampaign(KillCell cell, std::uint64_t seed);

  /// A life that ends with a kill.
  void live_and_die();
  /// The last life, and one more that may change nothing. Then the law. Returns what is broken.
  std::optional<std::string> finish();

 private:
  /// What a journal says of itself.
  struct Known {
    std::int64_t epoch = 0;
    std::int64_t last_batch = 0;
    std::int64_t applied = 0;
  };

  void choose_times();
  bool can_be_read_again() const { return cell_.source != FedBy::Pipe; }
  std::vector<std::string> arguments(bool is_last) const;
  Program begin(const std::vector<std::string>& more = {});
  void feed(Program& program);
  void put(Program& program, const std::string& text);
  void live_until(Program& program, std::size_t effect_count, std::size_t output_bytes);
  void note_durable(const std::string& output);
  Known look_into_journal(std::set<std::string>& tokens) const;
  void take_output(const std::string& text);
  std::string run_to_end();
  void let_windows_pass();
  std::vector<Row> all_rows() const;

  KillCell cell_;
  std::mt19937_64 random_;
  Law law_;
  std::vector<std::string> times_;
  std::uint64_t batches_of_window_ = 0;     ///< none without windows
  Folder folder_{Folder::Place::InMemory};  ///< a kill takes nothing from the kernel's memory
  FileEvents events_;
  unsigned life_ = 0;
  unsigned line_ = 0;
  std::string half_line_;  ///< its rest comes in the next life
  SentLines sent_;
  Known known_;
  std::vector<Row> printed_;
};

}  // namespace wordstream::cli

// Two machines with a network between them: on one a log is written, rotated and followed by who
// sends it; on the other it is received and counted. Processes of both die, each at any effect on
// its disk, also with the power; and a disk may be lost. In the end both are left in peace, and
// each line is to be counted once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline.h"
#include "model/events.h"
#include "send/send_run.h"
#include "sim/world.h"
#include "simulation/crash_input.h"
#include "simulation/crash_run.h"
#include "simulation/scheduler.h"
#include "simulation/wire.h"

namespace wordstream::simulation {

enum class RelaySide { Sender, Receiver };

struct RelayPlan {
  CrashSource source = CrashSource::FollowedFile;
  /// Of each side: the first process dies of the first, the next of the next.
  std::vector<Crash> sender = {};
  std::vector<Crash> receiver = {};
  /// Whose disk is lost with its first process: of the sender what it has noted, of the receiver
  /// all.
  std::optional<RelaySide> loses_disk = {};
};

class RelayRun final : private Observer {
 public:
  RelayRun(RelayPlan plan, std::uint64_t seed);
  ~RelayRun() override;

  /// Runs it, once. Returns what is wrong; nothing when the law holds.
  std::optional<std::string> run();

  sim::World& world() { return world_; }
  const CrashInput& input() const { return input_; }
  /// How many effects the first process of a side has had.
  std::uint64_t effect_count(RelaySide side) const { return side_of(side).effect_count; }
  std::size_t connection_count() const { return wire_.connection_count(); }

 private:
  /// A machine of its own, in the same world.
  struct Machine {
    explicit Machine(sim::World& world, std::uint64_t seed);
    sim::FakeDisk disk;
    sim::FakeFiles files;
    sim::FakeStorage storage;
  };
  struct Side {
    sim::FakeDisk* disk;
    sim::FakeStorage* storage;
    std::deque<Crash> crashes;
    std::optional<Crash> crash = {};  // of this process
    std::uint64_t first_effect = 0;
    std::uint64_t effect_count = 0;
    std::size_t process_count = 0;
    std::unique_ptr<Control> control = {};
    std::vector<Task*> tasks = {};
    bool is_up = false;
    bool is_due = false;     // the next process is to begin
    bool has_ended = false;  // in order
  };

  void on(const Event& event) override;
  const Side& side_of(RelaySide side) const {
    return side == RelaySide::Sender ? sender_ : receiver_;
  }
  std::optional<std::string> look();
  std::optional<std::string> begin(Side& side);
  std::optional<std::string> take_away(Side& side, bool has_died);
  Status open(Side& side);
  void plan_next(Side& side);
  void lose_disk(Side& side);
  void stop_when_done();
  std::optional<std::string> judge_answers();
  std::optional<std::string> judge_all();

  sim::World world_;  // the sender's machine
  Machine far_;
  RelayPlan plan_;
  CrashInput input_;
  Wire wire_;
  Config counting_;
  SendConfig sending_;
  Side sender_, receiver_;
  std::unique_ptr<SendRun> send_run_;
  std::unique_ptr<Pipeline> pipeline_;
  Scheduler scheduler_;
  std::optional<SteadyTime> quiet_since_;
};

}  // namespace wordstream::simulation

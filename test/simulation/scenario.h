// One run and the world around it, all of it by a seed: how the program is started, who talks to
// it, what happens to its output and to the clock, and when it is told to stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/pipeline.h"
#include "env/env.h"
#include "model/events.h"
#include "simulation/origin.h"
#include "simulation/stage.h"

namespace wordstream::simulation {

class Scenario final : private Observer {
 public:
  Scenario(OriginKind kind, std::uint64_t seed);

  /// Runs it, once. Returns what is wrong; nothing when all is right.
  std::optional<std::string> run();

  sim::World& world() { return stage_.world; }
  /// For the tests of the tests: puts something else in the place of the doors, or spoils the
  /// output before it is judged.
  std::function<Env(const Env&)> replace_doors;
  std::function<void(std::string& output)> spoil_output;

 private:
  void on(const Event& event) override;
  void choose_config();
  void note_config();
  Millis emission_interval() const;
  void disturb();
  void stall_output();
  void break_output();
  void stop_when_quiet();
  void stop();
  std::optional<std::string> judge(const Status& outcome) const;

  Stage stage_;
  std::unique_ptr<Origin> origin_;
  Pipeline* pipeline_ = nullptr;  // while it runs
  Ending ending_;
  bool is_quiet_end_ = false;  // it was left alone until nothing happened any more
  bool is_output_broken_ = false;
};

}  // namespace wordstream::simulation

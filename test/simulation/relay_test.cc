// Who sends a log and who counts it, on two machines of one world: both die at every effect on
// their disks, and at effects by chance, over any rotation. To see a run again that has failed:
//
//   WORDSTREAM_SEED=17 build/dev/test/simulation_tests "<the name of the case>"
//
// WORDSTREAM_SEED_COUNT says how many seeds are tried.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "catch.h"
#include "seeds.h"
#include "simulation/relay_run.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

constexpr std::uint64_t kRelaySeedCount = 5000;
constexpr std::uint64_t kRelaySeedCountOfLosses = 1000;
constexpr std::uint64_t kRelaySeedOfEveryEffect = 3;

std::string relay_outcome(const RelayPlan& plan, std::uint64_t seed, bool is_shown) {
  RelayRun run(plan, seed);
  if (is_shown) {
    run.world().trace.reader = [](std::string_view line) { fmt::print("{}\n", line); };
  }
  return run.run().value_or("");
}

Crash some_relay_crash(sim::Prng& prng) {
  constexpr Crash::Moment kMoments[] = {Crash::Moment::Before, Crash::Moment::After,
                                        Crash::Moment::Failure};
  constexpr Crash::Loss kLosses[] = {Crash::Loss::Nothing, Crash::Loss::ByChance, Crash::Loss::All};
  return {prng.between(1, prng.one_in(3) ? 30 : 400), kMoments[prng.below(3)],
          kLosses[prng.below(3)], prng.between(1, 20)};
}

RelayPlan some_plan(std::uint64_t seed) {
  sim::Prng prng(seed * 7 + 1);
  RelayPlan plan;
  if (prng.one_in(3)) plan.source = CrashSource::FollowedSet;
  for (std::uint64_t i = prng.below(4); i > 0; --i) plan.sender.push_back(some_relay_crash(prng));
  for (std::uint64_t i = prng.below(4); i > 0; --i) plan.receiver.push_back(some_relay_crash(prng));
  return plan;
}

/// The same, where the first process of one side takes its disk along.
RelayPlan some_loss(RelaySide side, std::uint64_t seed) {
  sim::Prng prng(seed * 7 + 2);
  RelayPlan plan = some_plan(seed);
  plan.loses_disk = side;
  auto& crashes = side == RelaySide::Sender ? plan.sender : plan.receiver;
  if (crashes.empty()) crashes.push_back(some_relay_crash(prng));
  return plan;
}
RelayPlan loss_of_sender(std::uint64_t seed) { return some_loss(RelaySide::Sender, seed); }
RelayPlan loss_of_receiver(std::uint64_t seed) { return some_loss(RelaySide::Receiver, seed); }

/// One side dies at this effect, and the next process soon after.
RelayPlan plan_of(RelaySide side, std::uint64_t effect) {
  sim::Prng prng(effect);
  RelayPlan plan;
  auto& crashes = side == RelaySide::Sender ? plan.sender : plan.receiver;
  const auto moment = effect % 2 == 0 ? Crash::Moment::Failure : Crash::Moment::After;
  crashes = {Crash{effect, moment, Crash::Loss::ByChance, prng.between(1, 20)},
             Crash{prng.between(1, 60), Crash::Moment::Before, Crash::Loss::ByChance}};
  return plan;
}

void relay_at_every_effect(RelaySide side) {
  RelayRun whole({}, kRelaySeedOfEveryEffect);
  REQUIRE(whole.run().value_or("") == "");
  const std::uint64_t last = whole.effect_count(side);
  REQUIRE(last > 50);
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_EFFECT");
  const std::uint64_t stride = last / std::max<std::uint64_t>(1, part_of(last));
  for (std::uint64_t effect = only.value_or(1); effect <= only.value_or(last); effect += stride) {
    INFO("WORDSTREAM_EFFECT=" << effect << " of " << last << " shows this run");
    REQUIRE(relay_outcome(plan_of(side, effect), kRelaySeedOfEveryEffect, only.has_value()) == "");
  }
}

void relay_by_chance(std::uint64_t usual, RelayPlan (*plan_of_seed)(std::uint64_t)) {
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_SEED");
  const std::uint64_t last = only.value_or(seed_count(usual));
  for (std::uint64_t seed = only.value_or(1); seed <= last; ++seed) {
    INFO("WORDSTREAM_SEED=" << seed << " shows this run");
    REQUIRE(relay_outcome(plan_of_seed(seed), seed, only.has_value()) == "");
  }
}

}  // namespace

TEST_CASE("crashes by chance of sender and receiver count each line once", "[simulation][crash]") {
  relay_by_chance(kRelaySeedCount, some_plan);
}

TEST_CASE("the loss of a sender's disk loses no line", "[simulation][crash]") {
  relay_by_chance(kRelaySeedCountOfLosses, loss_of_sender);
}

TEST_CASE("the loss of a receiver's disk loses no line", "[simulation][crash]") {
  relay_by_chance(kRelaySeedCountOfLosses, loss_of_receiver);
}

TEST_CASE("a crash of a sender at any effect counts each line once", "[simulation][crash]") {
  relay_at_every_effect(RelaySide::Sender);
}

TEST_CASE("a crash of its receiver at any effect counts each line once", "[simulation][crash]") {
  relay_at_every_effect(RelaySide::Receiver);
}

// Each act of a journal is there whole or not at all, wherever the power fails.
#include <fmt/format.h>

#include <cerrno>
#include <functional>

#include "base/checksum.h"
#include "catch.h"
#include "seeds.h"
#include "sim/world.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

using Act = std::function<Status(Journal&)>;

Act writing(Record record) {
  return [record = std::move(record)](Journal& journal) { return journal.write(record); };
}

Act writing(Record record, std::uint64_t applied, std::uint64_t prune_through) {
  record.positions.set(position(record.slice->batch));
  record.marks = {{0, SinkMark{applied, std::to_string(applied), ""}}};
  record.prune_through = prune_through;
  return writing(std::move(record));
}

const std::vector<Act>& acts() {
  static const std::vector<Act> all{
      writing(batch(1, counts("to=2 be=1"))),
      writing(batch(2, many_counts(100'000, 2)), 1, 0),
      writing(open_slice(3, counts("or=1")), 2, 1),
      writing(open_slice(3, many_counts(20'000, 3))),
      writing(batch(3, nullptr), 2, 2),
      [](Journal& journal) { return journal.begin_base(2); },
      [](Journal& journal) { return journal.add_to_base("to=2 be=1"); },
      [](Journal& journal) { return journal.switch_base(); },
      writing(batch(4, counts("not=1")), 4, 4)};
  return all;
}

Opening opening_in(std::string directory) {
  return {.directory = std::move(directory),
          .fingerprint = "job",
          .now = kNow,
          .sinks = {{"file:/out", "tsv", 10}},
          .new_id = {{1}},
          .epoch_step = 1};
}

/// All that a journal holds but its epoch. Fails the test when any of it cannot be read.
std::string all_of(Journal& journal) {
  const SinkMark& taken = journal.sinks()[0].mark;
  const Position* const position = journal.positions().find("x");
  std::string text =
      fmt::format("last {} kept {} open {} position {} applied {} length {} base {}",
                  journal.last_batch(), journal.first_kept(), journal.open_batch().has_value(),
                  position == nullptr ? 0 : position->offset, taken.applied, taken.place,
                  journal.base_through());
  for (std::uint64_t id = journal.first_kept(); id <= journal.last_batch(); ++id) {
    for (const auto& slice : read(journal, id).slices)
      text += fmt::format("; {}: {:08x}", id, checksum(slice->packed()));
  }
  REQUIRE(journal.read_base([&](std::string_view chunk) { text += chunk; }).has_value());
  return text;
}

/// Does one act after the other until one fails. Returns how many were done; 0: not even opened.
std::size_t act_until_killed(Storage& storage) {
  const auto journal = Journal::open(storage, opening_in("/state"));
  if (!journal) return 0;
  std::size_t done_count = 0;
  for (const Act& act : acts()) {
    if (!act(**journal)) break;
    ++done_count;
  }
  return done_count;
}

/// What there is to see after each number of acts.
std::vector<std::string> expected() {
  World world(1);
  const auto journal = Journal::open(world.storage, opening_in("/state"));
  REQUIRE(journal.has_value());
  std::vector<std::string> states{all_of(**journal)};
  for (const Act& act : acts()) {
    REQUIRE(act(**journal).has_value());
    states.push_back(all_of(**journal));
  }
  return states;
}

/// The power fails at the nth effect from now.
void fail_power_at(World& world, std::uint64_t nth, Fate::Kind kind) {
  const std::uint64_t index = world.disk.effect_count() + nth;
  world.disk.on_effect = [=](const Effect& effect) {
    return effect.index == index ? Fate{kind} : Fate{};
  };
}

void restart(World& world) {
  world.disk.on_effect = nullptr;
  world.disk.lose_power();
  world.storage.restart();
}

/// Opens what is left and compares it with what there was after as many acts, or one more.
void check_whole(World& world, std::size_t done_count, const std::vector<std::string>& states) {
  const auto journal = Journal::open(world.storage, opening_in("/state"));
  if (!journal) FAIL(journal.error().message);
  const std::string found = all_of(**journal);
  if (found == states.at(done_count)) return;
  REQUIRE(done_count < acts().size());
  CHECK(found == states.at(done_count + 1));
}

}  // namespace

TEST_CASE("a power loss at any effect leaves each act whole or undone", "[journal]") {
  const std::vector<std::string> states = expected();
  World whole(1);
  REQUIRE(act_until_killed(whole.storage) == acts().size());
  const std::uint64_t effect_count = whole.disk.effect_count();
  CHECK(effect_count > 100);
  const auto kind = GENERATE(Fate::Kind::DiesBefore, Fate::Kind::DiesAfter);
  for (std::uint64_t nth = 1; nth <= effect_count; ++nth) {
    CAPTURE(nth);
    World world(nth);
    fail_power_at(world, nth, kind);
    const std::size_t done_count = act_until_killed(world.storage);
    restart(world);
    check_whole(world, done_count, states);
  }
}

TEST_CASE("a second power loss while the first is recovered from changes nothing", "[journal]") {
  const std::vector<std::string> states = expected();
  World whole(1);
  act_until_killed(whole.storage);
  const std::uint64_t effect_count = whole.disk.effect_count();
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    World world(seed);
    fail_power_at(world, world.prng.between(1, effect_count), Fate::Kind::DiesBefore);
    const std::size_t done_count = act_until_killed(world.storage);
    restart(world);
    fail_power_at(world, world.prng.between(1, 20), Fate::Kind::DiesAfter);
    (void)Journal::open(world.storage, opening_in("/state"));
    restart(world);
    check_whole(world, done_count, states);
  }
}

TEST_CASE("a power loss soon after a kill at any effect changes nothing", "[journal]") {
  const std::vector<std::string> states = expected();
  World whole(1);
  act_until_killed(whole.storage);
  const std::uint64_t effect_count = whole.disk.effect_count();
  for (std::uint64_t seed = 1; seed <= part_of(10) * effect_count; ++seed) {
    CAPTURE(seed);
    World world(seed);
    fail_power_at(world, 1 + seed % effect_count, Fate::Kind::DiesAfter);
    const std::size_t done_count = act_until_killed(world.storage);
    world.storage.restart();
    fail_power_at(world, world.prng.between(10, 30), Fate::Kind::DiesBefore);
    (void)Journal::open(world.storage, opening_in("/state"));
    restart(world);
    check_whole(world, done_count, states);
  }
}

TEST_CASE("an error of the disk at any effect is final, and the next start goes on", "[journal]") {
  const std::vector<std::string> states = expected();
  World whole(1);
  act_until_killed(whole.storage);
  const std::uint64_t effect_count = whole.disk.effect_count();
  const int error = GENERATE(EIO, ENOSPC);
  for (std::uint64_t nth = 1; nth <= effect_count; ++nth) {
    CAPTURE(nth);
    World world(nth);
    const std::uint64_t index = world.disk.effect_count() + nth;
    world.disk.on_effect = [=](const Effect& effect) {
      return effect.index == index ? Fate{Fate::Kind::Fails, error} : Fate{};
    };
    const std::size_t done_count = act_until_killed(world.storage);
    restart(world);
    check_whole(world, done_count, states);
  }
}

TEST_CASE("a directory whose sync fails takes nothing with it when the power fails", "[journal]") {
  const std::vector<std::string> states = expected();
  World whole(1);
  std::vector<std::uint64_t> syncs;
  whole.disk.on_effect = [&](const Effect& effect) {
    if (effect.kind == Effect::Kind::SyncDirectory) syncs.push_back(effect.index);
    return Fate{};
  };
  act_until_killed(whole.storage);
  CHECK(syncs.size() > 1);
  for (const std::uint64_t sync : syncs) {
    for (std::uint64_t grace = 1; grace <= whole.disk.effect_count() - sync; ++grace) {
      CAPTURE(sync, grace);
      World world(grace);
      world.disk.on_effect = [&](const Effect& effect) {
        if (effect.index == sync + grace) return Fate{Fate::Kind::DiesBefore};
        return effect.index == sync ? Fate{Fate::Kind::Fails} : Fate{};
      };
      const std::size_t done_count = act_until_killed(world.storage);
      world.disk.on_effect = nullptr;
      world.disk.lose_power(Survival::of_nothing());
      world.storage.restart();
      check_whole(world, done_count, states);
    }
  }
}

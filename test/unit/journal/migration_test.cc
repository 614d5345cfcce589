// A journal of version 1 becomes one of version 2: all of it, or, wherever a crash strikes,
// nothing.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "journal/inspection.h"
#include "journal/journal.h"
#include "sim/world.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

const std::string kDirectory = "/state";
const std::string kFile = "file:/tmp/version_1/out.tsv";
const std::string kDatabase = "sqlite:/tmp/version_1/out.db";

std::string data(const std::string& name) {
  return cli::read_file(WORDSTREAM_SOURCE_DIR "/test/data/version_1/" + name + ".sql");
}

/// The bytes of a journal of version 1, with a file and a database, two batches and a position.
const std::string& old_journal() {
  static const std::string bytes = [] {
    World world(1);
    world.disk.make_directory(kDirectory);
    auto database = world.storage.open_database(kDirectory + "/journal.db", {}).value();
    REQUIRE(database->execute(data("schema") + data("two_sinks")).has_value());
    database.reset();
    return world.disk.text(kDirectory + "/journal.db");
  }();
  return bytes;
}

void put_old_journal(World& world) {
  world.disk.make_directory(kDirectory);
  world.disk.put(kDirectory + "/journal.db", old_journal());
}

Opening opening() {
  return {.directory = kDirectory,
          .fingerprint = "source=file:/tmp/version_1/words.txt batch=1s split=space max-line=1MiB",
          .now = WallTime(std::chrono::seconds(1'357'100'000)),
          .sinks = {{kFile, "tsv", static_cast<std::size_t>(-1)},
                    {kDatabase, "", static_cast<std::size_t>(-1)}},
          .new_id = {{1}},
          .epoch_step = 7};
}

/// All of it, but the epoch and the formats, which are what was wanted.
std::string all_of(Journal& journal) {
  std::string text = fmt::format("last {} kept {} began {}", journal.last_batch(),
                                 journal.first_kept(), journal.began().time_since_epoch().count());
  for (const auto& [name, position] : journal.positions().by_name()) {
    text += fmt::format("; {} bytes of name at {} {}", name.size(), position->offset,
                        static_cast<int>(position->place));
  }
  for (const SinkRecord& sink : journal.sinks()) {
    text += fmt::format("; {} {} {}", sink.name, sink.mark.applied, sink.mark.title);
  }
  for (std::uint64_t id = journal.first_kept(); id <= journal.last_batch(); ++id) {
    const StoredBatch batch = journal.read(id).value();
    text += fmt::format("; batch {} until {}", id, batch.interval.end.time_since_epoch().count());
    for (const auto& slice : batch.slices) {
      slice->for_each(
          [&](const WordCount& row) { text += fmt::format(" {}={}", row.word, row.count); });
    }
  }
  return text;
}

constexpr const char* kAll =
    "last 3 kept 2 began 1356998401006; 23 bytes of name at 18 0; file:/tmp/version_1/out.tsv 2 68 "
    "bytes; sqlite:/tmp/version_1/out.db 1 ; batch 2 until 1356998403000 two=1; batch 3 until "
    "1356998404000 three=1";

}  // namespace

TEST_CASE("a journal of version 1 has the same after it was opened", "[journal]") {
  World world(1);
  put_old_journal(world);
  auto journal = Journal::open(world.storage, opening()).value();
  CHECK(journal->was_migrated());
  CHECK(journal->epochs_before() == std::vector<std::uint64_t>{1});
  CHECK(journal->epoch() == 8);
  CHECK(all_of(*journal) == kAll);
  journal.reset();
  journal = Journal::open(world.storage, opening()).value();
  CHECK_FALSE(journal->was_migrated());
  CHECK(journal->epoch() == 15);
  CHECK(journal->epochs_before() == std::vector<std::uint64_t>{1, 8});
  CHECK(all_of(*journal) == kAll);
}

TEST_CASE("a journal of version 1 that is refused stays one of version 1", "[journal]") {
  World world(1);
  put_old_journal(world);
  Opening other = opening();
  other.fingerprint = "another job";
  CHECK_FALSE(Journal::open(world.storage, other).has_value());
  CHECK(world.disk.text(kDirectory + "/journal.db") == old_journal());
}

TEST_CASE("a crash at any effect of a migration leaves all of the journal", "[journal]") {
  World whole(1);
  put_old_journal(whole);
  const std::uint64_t before = whole.disk.effect_count();
  REQUIRE(Journal::open(whole.storage, opening()).has_value());
  const std::uint64_t effect_count = whole.disk.effect_count() - before;
  CHECK(effect_count > 20);
  const auto kind = GENERATE(Fate::Kind::DiesBefore, Fate::Kind::DiesAfter, Fate::Kind::Fails);
  const bool is_power_lost = GENERATE(true, false);
  for (std::uint64_t nth = 1; nth <= effect_count; ++nth) {
    CAPTURE(nth);
    World world(nth);
    put_old_journal(world);
    const std::uint64_t index = world.disk.effect_count() + nth;
    world.disk.on_effect = [=](const Effect& effect) {
      return effect.index == index ? Fate{kind} : Fate{};
    };
    (void)Journal::open(world.storage, opening());
    world.disk.on_effect = nullptr;
    if (is_power_lost) world.disk.lose_power();
    world.storage.restart();
    auto journal = Journal::open(world.storage, opening());
    if (!journal) FAIL(journal.error().message);
    CHECK(all_of(**journal) == kAll);
    CHECK((*journal)->epoch() % 7 == 1);
  }
}

TEST_CASE("a journal of version 1 is looked into as it is", "[journal]") {
  World world(1);
  put_old_journal(world);
  const auto inspection = inspect_journal(world.storage, kDirectory);
  REQUIRE(inspection.has_value());
  CHECK(inspection->positions.by_name().size() == 1);
  CHECK(inspection->batches.size() == 2);
  REQUIRE(inspection->state.sinks.size() == 2);
  CHECK(inspection->state.sinks[0].mark.title == "68 bytes");
  CHECK(inspection->state.sinks[1].formats.back().format.empty());
  CHECK(world.disk.text(kDirectory + "/journal.db") == old_journal());
}

TEST_CASE("damage in a journal of version 1 is found before it is migrated", "[journal]") {
  const char* sql = GENERATE("UPDATE meta SET epoch = 2", "UPDATE meta SET byte_offset = 19",
                             "UPDATE meta SET stream = NULL", "UPDATE sink SET length = 69",
                             "UPDATE sink SET inode = NULL", "UPDATE sink_format SET top = 1",
                             "DELETE FROM sink WHERE applied = 1", "DELETE FROM meta");
  World world(1);
  put_old_journal(world);
  REQUIRE(world.storage.open_database(kDirectory + "/journal.db", {}).value()->execute(sql));
  const auto refused = Journal::open(world.storage, opening());
  INFO(sql);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::BadData);
}

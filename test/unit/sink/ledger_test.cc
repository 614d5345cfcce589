// What a ledger decides, by what the journal knows and what the store says: tables of cases.
#include "sink/ledger.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catch.h"

using namespace wordstream;

namespace {

constexpr JournalId kJournal{{1, 2, 3}};
constexpr JournalId kOther{{9}};
const std::string kStore = "/out.db";
const ProcessName kProcess{"here", 12};

enum class Mode { AtMostOnce, AtLeastOnce, ExactlyOnce };

/// A start with epoch 50 after those with 10, 20, 30 and 40, whose journal has batches up to 9, of
/// which those behind the mark can be given again.
SinkResume resume(Mode mode, std::uint64_t applied) {
  SinkResume resume;
  resume.journal = kJournal;
  resume.epoch = 50;
  resume.epochs_before = {10, 20, 30, 40};
  resume.last_batch = 9;
  resume.first_kept = applied + 1;
  resume.mark.applied = applied;
  resume.shown_before.top = 7;
  resume.is_exactly_once = mode == Mode::ExactlyOnce;
  resume.must_last = mode != Mode::AtMostOnce;
  return resume;
}

StoreProgress progress(std::uint64_t batch, std::uint64_t epoch = 40) {
  return {to_text(kJournal), batch, epoch, {"there", 34}, "120\t/var/log/app.log\n"};
}

Ledger ledger(const std::optional<SinkResume>& resume) {
  return {kStore, "set epoch to 0 in wordstream_progress", resume, kProcess};
}

/// That has looked, and found this.
Ledger begun(const SinkResume& resume, const std::optional<StoreProgress>& found) {
  Ledger begun = ledger(resume);
  const Status looked = begun.look(found);
  if (!looked) FAIL(looked.error().message);
  return begun;
}

void check_refused(const Status& status, ErrorCode code, const std::vector<std::string>& pieces) {
  REQUIRE_FALSE(status.has_value());
  INFO(status.error().message);
  CHECK(status.error().code == code);
  CHECK(status.error().message.starts_with(kStore + ": "));
  for (const std::string& piece : pieces) {
    CHECK(status.error().message.find(piece) != std::string::npos);
  }
}

std::shared_ptr<const Positions> positions_at(std::uint64_t offset) {
  const auto stream = std::make_shared<const Stream>(Stream{"f", "/var/log/app.log"});
  return std::make_shared<const Positions>(Position{stream, offset});
}

}  // namespace

TEST_CASE("without a journal a ledger has nothing to say, and a journal's store is refused",
          "[ledger]") {
  Ledger nothing = ledger({});
  CHECK(nothing.look({}).has_value());
  CHECK_FALSE(nothing.has_journal());
  CHECK(nothing.is_new());
  CHECK(nothing.applied() == 0);
  CHECK_FALSE(nothing.may_be_there(1));
  CHECK(nothing.top_of(1, 10) == 10);
  check_refused(ledger({}).look(progress(3)), ErrorCode::BadData,
                {to_text(kJournal), "no --checkpoint"});
}

TEST_CASE("in a new store a sink begins behind its mark", "[ledger]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    for (const std::uint64_t applied : {0U, 5U, 9U}) {
      CAPTURE(static_cast<int>(mode), applied);
      const Ledger ledger = begun(resume(mode, applied), {});
      CHECK(ledger.is_new());
      CHECK_FALSE(ledger.found().has_value());
      CHECK(ledger.applied() == applied);
      const StoreProgress ours = ledger.taken_over();
      CHECK(ours == StoreProgress{to_text(kJournal), applied, 50});
      CHECK(ours.process.host == "here");
      CHECK(ours.process.pid == 12);
      CHECK(ours.positions.empty());
      // What is there by another's doing is not replaced.
      CHECK_FALSE(ledger.may_be_there(applied));
      CHECK_FALSE(ledger.may_be_there(applied + 1));
    }
  }
}

TEST_CASE("where a sink goes on, by its mode, its mark and its store's word", "[ledger]") {
  struct Case {
    Mode mode;
    std::uint64_t mark, in_store, applied;
  };
  for (const Case& each : {
           Case{Mode::ExactlyOnce, 5, 5, 5},
           {Mode::ExactlyOnce, 5, 4, 4},  // as long as it can be given again
           {Mode::ExactlyOnce, 5, 7, 7},  // it is in the store, and the mark is late
           {Mode::AtLeastOnce, 5, 5, 5},
           {Mode::AtLeastOnce, 5, 4, 4},
           {Mode::AtLeastOnce, 5, 7, 5},
           {Mode::AtMostOnce, 5, 5, 5},
           {Mode::AtMostOnce, 5, 4, 5},  // what is marked is not given again
           {Mode::AtMostOnce, 5, 7, 5},
           {Mode::ExactlyOnce, 0, 0, 0},
           {Mode::AtLeastOnce, 0, 0, 0},
           {Mode::AtMostOnce, 0, 0, 0},
           {Mode::ExactlyOnce, 9, 9, 9},
       }) {
    CAPTURE(static_cast<int>(each.mode), each.mark, each.in_store);
    SinkResume past = resume(each.mode, each.mark);
    past.first_kept = std::min<std::uint64_t>(4, each.mark + 1);
    const Ledger ledger = begun(past, progress(each.in_store));
    CHECK_FALSE(ledger.is_new());
    CHECK(ledger.found().value().batch == each.in_store);
    CHECK(ledger.applied() == each.applied);
    // What the store says of its batches stays.
    CHECK(ledger.taken_over() == StoreProgress{to_text(kJournal), each.in_store, 50});
    CHECK(ledger.taken_over().positions == progress(0).positions);
    CHECK(ledger.taken_over().process.pid == 12);
    CHECK(ledger.may_be_there(each.in_store));
    CHECK_FALSE(ledger.may_be_there(each.in_store + 1));
  }
}

TEST_CASE("a sink that is new to its journal goes on from the store that names it", "[ledger]") {
  // It was there before, by another name: the journal knows only that it begins behind batch 9.
  CHECK(begun(resume(Mode::ExactlyOnce, 9), progress(9)).applied() == 9);
  SinkResume past = resume(Mode::ExactlyOnce, 9);
  past.first_kept = 6;
  CHECK(begun(past, progress(7)).applied() == 7);
  past.first_kept = 10;
  check_refused(ledger(past).look(progress(7)), ErrorCode::BadData, {"batch is 7", "back to 10"});
}

TEST_CASE("a store of another journal is refused, with both named, and where it stands",
          "[ledger]") {
  StoreProgress foreign = progress(6);
  foreign.journal = to_text(kOther);
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    check_refused(ledger(resume(mode, 5)).look(foreign), ErrorCode::BadData,
                  {to_text(kOther), to_text(kJournal), "batch 6", "at 120 in /var/log/app.log"});
  }
  foreign.positions = "";
  check_refused(ledger(resume(Mode::ExactlyOnce, 5)).look(foreign), ErrorCode::BadData,
                {"up to its batch 6, and"});
}

TEST_CASE("an epoch that no start of the journal had is a copy's, who is named", "[ledger]") {
  for (const std::uint64_t epoch : {11U, 35U, 41U, 49U, 51U, 5000U}) {
    CAPTURE(epoch);
    check_refused(ledger(resume(Mode::ExactlyOnce, 5)).look(progress(5, epoch)), ErrorCode::Busy,
                  {"process 34 on there", "epoch " + std::to_string(epoch), "copy"});
  }
  StoreProgress unknown = progress(5, 35);
  unknown.process = {};
  check_refused(ledger(resume(Mode::ExactlyOnce, 5)).look(unknown), ErrorCode::Busy,
                {"a process that is not known"});
  // Of starts that are forgotten nobody can say more; 0 is the way out.
  for (const std::uint64_t epoch : {0U, 9U, 10U, 20U, 40U}) {
    CHECK(ledger(resume(Mode::ExactlyOnce, 5)).look(progress(5, epoch)).has_value());
  }
}

TEST_CASE("a store with batches that the journal has not is refused", "[ledger]") {
  for (const Mode mode : {Mode::AtMostOnce, Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    check_refused(ledger(resume(mode, 5)).look(progress(10)), ErrorCode::BadData,
                  {"batch is 10", "ends with 9", to_text(kJournal)});
    CHECK(ledger(resume(mode, 5)).look(progress(9)).has_value());
  }
}

TEST_CASE("a store that lacks what can no longer be given again is refused", "[ledger]") {
  for (const Mode mode : {Mode::AtLeastOnce, Mode::ExactlyOnce}) {
    check_refused(ledger(resume(mode, 5)).look(progress(4)), ErrorCode::BadData,
                  {"batch is 4", "back to 6 only"});
    CHECK(ledger(resume(mode, 5)).look(progress(5)).has_value());
  }
  CHECK(ledger(resume(Mode::AtMostOnce, 5)).look(progress(4)).has_value());
}

TEST_CASE("progress goes with its batch, and never back", "[ledger]") {
  Ledger ledger = begun(resume(Mode::AtLeastOnce, 5), progress(7));
  for (const std::uint64_t batch : {6U, 7U}) {
    const StoreProgress after = ledger.after({batch, positions_at(60)});
    CHECK(after == StoreProgress{to_text(kJournal), 7, 50});
    CHECK(after.positions == progress(7).positions);
  }
  const StoreProgress after = ledger.after({8, positions_at(140)});
  CHECK(after == StoreProgress{to_text(kJournal), 8, 50});
  CHECK(after.positions == "140\t/var/log/app.log\n");
  CHECK(after.process.pid == 12);
  ledger.note(after);
  CHECK(ledger.after({7, positions_at(120)}).positions == after.positions);
  CHECK(ledger.after({8, positions_at(120)}).positions == after.positions);
  CHECK(ledger.after({9}).positions.empty());
}

TEST_CASE("whether a transaction was made is what the store says of itself", "[ledger]") {
  Ledger ledger = begun(resume(Mode::AtLeastOnce, 5), progress(7));
  const auto there = [](std::uint64_t batch) { return progress(batch, 50); };
  CHECK_FALSE(ledger.is_written(there(7), 8).value());
  CHECK(ledger.is_written(there(8), 8).value());
  CHECK(ledger.is_written(there(9), 9).value());
  CHECK_FALSE(ledger.is_written(there(8), 9).value());
  // An older batch that is given again leaves no trace, so it is written once more.
  CHECK_FALSE(ledger.is_written(there(7), 6).value());
  CHECK_FALSE(ledger.is_written(there(7), 7).value());
  ledger.note(ledger.after({8}));
  CHECK_FALSE(ledger.is_written(there(8), 9).value());
}

TEST_CASE("who finds another run in the store has been taken over", "[ledger]") {
  const Ledger ledger = begun(resume(Mode::ExactlyOnce, 5), progress(5));
  const auto check = [&](const std::optional<StoreProgress>& there, const std::string& who) {
    const Result<bool> is_written = ledger.is_written(there, 6);
    check_refused(is_written ? Status() : fail(is_written), ErrorCode::Busy,
                  {"another wordstream has taken over", who});
  };
  check(progress(6, 60), "process 34 on there");
  check(progress(6, 40), "process 34 on there");
  check({}, "a process that is not known");
  StoreProgress foreign = progress(6, 50);
  foreign.journal = to_text(kOther);
  check(foreign, "process 34 on there");
}

TEST_CASE("a batch that was shown before has as many rows as then", "[ledger]") {
  const Ledger ledger = begun(resume(Mode::AtLeastOnce, 5), {});
  CHECK(ledger.top_of(6, 3) == 7);
  CHECK(ledger.top_of(9, 3) == 7);
  CHECK(ledger.top_of(10, 3) == 3);
}

TEST_CASE("a take-over of its own, whose answer was lost, says nothing new of the store",
          "[ledger]") {
  for (const std::optional<StoreProgress>& before :
       {std::optional<StoreProgress>(), std::optional(progress(7))}) {
    Ledger ledger = begun(resume(Mode::AtLeastOnce, 5), before);
    const StoreProgress ours = ledger.taken_over();
    CHECK(ledger.look(ours).has_value());
    CHECK(ledger.found() == ours);
    CHECK(ledger.taken_over() == ours);
    CHECK(ledger.is_new() == !before.has_value());
    CHECK(ledger.applied() == 5);
    CHECK(ledger.may_be_there(7) == before.has_value());
    // A copy of the journal that has drawn the same epoch is another process.
    for (const ProcessName& other : {ProcessName{"here", 13}, ProcessName{"there", 12}}) {
      StoreProgress theirs = ours;
      theirs.process = other;
      check_refused(ledger.look(theirs), ErrorCode::Busy, {"copy of this checkpoint"});
    }
  }
}

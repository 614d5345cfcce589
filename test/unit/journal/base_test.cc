#include "journal/base_rows.h"

#include "catch.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;

namespace {

std::string base_of(Journal& journal) {
  std::string text;
  const Status status = journal.read_base([&](std::string_view chunk) {
    text += chunk;
    text += ' ';
  });
  if (!status) FAIL(status.error().message);
  return text;
}

void write_base(Journal& journal, std::uint64_t through, const std::vector<std::string>& chunks) {
  REQUIRE(journal.begin_base(through).has_value());
  for (const std::string& chunk : chunks) REQUIRE(journal.add_to_base(chunk).has_value());
  REQUIRE(journal.switch_base().has_value());
}

/// A journal of three batches.
std::unique_ptr<Journal> with_batches(Checkpoint& checkpoint) {
  auto journal = checkpoint.open();
  for (std::uint64_t id = 1; id <= 3; ++id) write(*journal, batch(id, counts("a=1")));
  return journal;
}

}  // namespace

TEST_CASE("a journal without a base has no chunks", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = with_batches(checkpoint);
  CHECK(base_of(*journal).empty());
}

TEST_CASE("a base comes back in the order of its chunks", "[journal]") {
  Checkpoint checkpoint;
  auto journal = with_batches(checkpoint);
  std::vector<std::string> chunks;
  std::string text;
  for (int chunk = 1; chunk <= 12; ++chunk) {
    chunks.push_back(std::to_string(chunk));
    text += chunks.back() + ' ';
  }
  write_base(*journal, 2, chunks);
  CHECK(journal->base_through() == 2);
  CHECK(base_of(*journal) == text);
  journal.reset();
  journal = checkpoint.open();
  CHECK(journal->base_through() == 2);
  CHECK(base_of(*journal) == text);
}

TEST_CASE("the base in use stays until the next one is whole", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = with_batches(checkpoint);
  write_base(*journal, 1, {"old"});
  REQUIRE(journal->begin_base(3).has_value());
  REQUIRE(journal->add_to_base("new").has_value());
  write(*journal, batch(4, counts("a=1")));  // others come in between
  CHECK(journal->base_through() == 1);
  CHECK(base_of(*journal) == "old ");
  REQUIRE(journal->switch_base().has_value());
  CHECK(journal->base_through() == 3);
  CHECK(base_of(*journal) == "new ");
}

TEST_CASE("a base that was not finished is forgotten at the next start", "[journal]") {
  Checkpoint checkpoint;
  auto journal = with_batches(checkpoint);
  write_base(*journal, 1, {"old"});
  REQUIRE(journal->begin_base(3).has_value());
  REQUIRE(journal->add_to_base("half").has_value());
  journal.reset();
  journal = checkpoint.open();
  CHECK(base_of(*journal) == "old ");
  journal.reset();
  CHECK(checkpoint.query("SELECT count(*) FROM base") == "1\n");
}

TEST_CASE("a base that was not finished is forgotten when another is begun", "[journal]") {
  Checkpoint checkpoint;
  const auto journal = with_batches(checkpoint);
  REQUIRE(journal->begin_base(2).has_value());
  REQUIRE(journal->add_to_base("half").has_value());
  write_base(*journal, 3, {"whole"});
  CHECK(base_of(*journal) == "whole ");
}

TEST_CASE("a base may be empty", "[journal]") {
  Checkpoint checkpoint;
  auto journal = with_batches(checkpoint);
  write_base(*journal, 1, {"old"});
  write_base(*journal, 3, {});
  CHECK(journal->base_through() == 3);
  CHECK(base_of(*journal).empty());
  journal.reset();
  CHECK(checkpoint.open()->base_through() == 3);
}

// A journal on a fake disk, for the tests of what stands above it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "journal/journal.h"
#include "sim/world.h"

namespace wordstream {

struct KeptJournal {
  explicit KeptJournal(std::vector<WantedSink> sinks = {{"stdout", "tsv", 10}})
      : sinks_(std::move(sinks)) {
    reopen();
  }

  /// As the next run finds it.
  void reopen() {
    journal.reset();
    auto opened = Journal::open(world.storage, {"/ck", "job", world.clock.wall(), sinks_, {}, 1});
    REQUIRE(opened.has_value());
    journal = std::move(*opened);
  }

  /// The last slice of a batch with one word, a second after the one before.
  static SliceRecord closing(std::uint64_t batch, const std::string& word) {
    WordCounts::Builder builder;
    builder.add(word, 1);
    const auto label = [](std::uint64_t second) { return Label(Millis(1000 * second)); };
    return SliceRecord{.batch = batch,
                       .interval = {label(batch - 1), label(batch)},
                       .line_count = 1,
                       .byte_count = word.size() + 1,
                       .counts = std::make_shared<const WordCounts>(std::move(builder).build()),
                       .closes = true};
  }

  sim::World world{1};
  std::unique_ptr<Journal> journal;

 private:
  std::vector<WantedSink> sinks_;
};

}  // namespace wordstream

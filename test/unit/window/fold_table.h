// A fold looked at through a table: a line for each batch, and beside it what is due then.
//
//   0 1    a a b | 0-1: a=2 b=1
//   1 2          | 0-2: a=2 b=1; 1-2~: b=1
//   end 2.5      | 1-2.5~:
//
// A batch is its start, its end (seconds after some multiple of everything) and its words; an
// emission its start, its end, ~ where it is partial, and its rows by word; behind a / those that
// have changed, where these are a table of their own.
#pragma once

#include <string>
#include <string_view>

#include "window/fold.h"

namespace wordstream {

/// The label `seconds` after the tables' beginning.
Label at(double seconds);

/// A batch without any but these words, separated by spaces.
Batch batch_of(double start, double end, std::string_view words);

/// A batch with these words, and before them so many that no other batch has.
Batch crowded_batch(double start, double end, int word_count, std::string_view words);

/// All that is due now: emissions, separated by "; ".
std::string take_due(Fold& fold);

/// Feeds the fold line by line; fails the test, and shows both tables, where they differ.
void check_table(Fold& fold, std::string_view table);

}  // namespace wordstream

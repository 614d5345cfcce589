// What counts words, for programs in other languages: lines in, counts out, as the program itself
// counts them, to the byte. Plain C; libwordstream-kernel.so needs RE2 and
// the libraries of C and C++.
//
// A counter is one thread's at a time. What is counted is text in pieces of any size; what it gives
// are packed counts, which other counters add to theirs, in other processes, too, and rows of text
// (docs/protocol.md). Where no memory is left the process ends.
#pragma once

// NOLINTBEGIN(modernize-*): it is C, too.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

typedef struct wordstream_counter wordstream_counter;

/// A flag of the command line without its dashes, and its value: "split" and "letters", "lower" and
/// "". Of "stop-words" the value is the content of the file; of "max-line" a number of bytes.
typedef struct wordstream_option {
  const char* name;
  const char* value;
  size_t value_size;
} wordstream_option;

/// Bytes that are the caller's, until wordstream_text_free().
typedef struct wordstream_text {
  char* bytes;
  size_t size;
} wordstream_text;
void wordstream_text_free(wordstream_text text);

/// Numbers of lines: all, and of these those that --grep and --skip left out, those that gave
/// nothing, those that were too long.
typedef struct wordstream_lines {
  uint64_t all, left_out, keyless, cut;
} wordstream_lines;

/// A counter that has nothing yet. NULL where an option is none: then `why`, if it is not NULL,
/// says so.
wordstream_counter* wordstream_counter_new(const wordstream_option* options, size_t option_count,
                                           wordstream_text* why);
void wordstream_counter_free(wordstream_counter* counter);

/// The next bytes of a text. A piece may end anywhere.
void wordstream_counter_take(wordstream_counter* counter, const char* bytes, size_t size);
/// The text ends: its last line, if it has no end, is a line. Another text begins.
void wordstream_counter_end_text(wordstream_counter* counter);

/// Adds what another counter has packed. Returns 0, and adds nothing, where these bytes are none.
int wordstream_counter_add(wordstream_counter* counter, const char* packed, size_t size);
/// Packs all that was counted into `part_count` texts, each word into the one that every counter
/// puts it into. The numbers of lines are in the first.
void wordstream_counter_pack(wordstream_counter* counter, size_t part_count,
                             wordstream_text* parts);
/// The same as rows, "WORD\tCOUNT\n" each, in no particular order.
wordstream_text wordstream_counter_rows(wordstream_counter* counter);
wordstream_lines wordstream_counter_lines(wordstream_counter* counter);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
// NOLINTEND(modernize-*)

// What a C programmer writes who wants it fast: big blocks, one table with open addressing that
// doubles, and one pass that finds and hashes a word at the same time. Words end at white space and
// keep their case. Reads stdin; prints "count word", the most frequent first.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kBlockBytes = 64 * 1024, kArenaBytes = 1024 * 1024 };

struct entry {
  uint64_t hash;
  uint64_t count;
  const char* word;
  size_t length;
};

static struct entry* entries;
static size_t capacity = 1 << 16;
static size_t used;

static void* must(void* memory) {
  if (memory == NULL) {
    fputs("countwords: out of memory\n", stderr);
    exit(71);
  }
  return memory;
}

static const char* keep(const char* word, size_t length) {
  static char* arena;
  static size_t left;
  if (length > left) {
    left = length > kArenaBytes ? length : kArenaBytes;
    arena = must(malloc(left));
  }
  char* const kept = memcpy(arena, word, length);
  arena += length;
  left -= length;
  return kept;
}

static struct entry* find(uint64_t hash, const char* word, size_t length) {
  for (size_t at = hash & (capacity - 1);; at = (at + 1) & (capacity - 1)) {
    struct entry* const entry = &entries[at];
    if (entry->word == NULL) return entry;
    if (entry->hash == hash && entry->length == length && memcmp(entry->word, word, length) == 0) {
      return entry;
    }
  }
}

static void grow(void) {
  struct entry* const old = entries;
  const size_t old_capacity = capacity;
  capacity *= 2;
  entries = must(calloc(capacity, sizeof *entries));
  for (size_t i = 0; i < old_capacity; ++i) {
    if (old[i].word != NULL) *find(old[i].hash, old[i].word, old[i].length) = old[i];
  }
  free(old);
}

static void count(uint64_t hash, const char* word, size_t length) {
  struct entry* const entry = find(hash, word, length);
  ++entry->count;
  if (entry->word != NULL) return;
  entry->hash = hash;
  entry->word = keep(word, length);
  entry->length = length;
  if (++used > capacity / 2) grow();
}

static int is_blank(unsigned char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/// Counts the words of a block that end in it. Returns where the last one begins that does not.
static size_t count_block(const char* text, size_t size) {
  const uint64_t basis = 14695981039346656037u;
  const uint64_t prime = 1099511628211u;
  uint64_t hash = basis;
  size_t begin = 0;
  for (size_t i = 0; i < size; ++i) {
    if (!is_blank((unsigned char)text[i])) {
      hash = (hash ^ (unsigned char)text[i]) * prime;
      continue;
    }
    if (i != begin) count(hash, text + begin, i - begin);
    begin = i + 1;
    hash = basis;
  }
  return begin;
}

static void count_input(void) {
  size_t room = kBlockBytes;
  size_t kept = 0;
  char* block = must(malloc(room + 1));
  for (;;) {
    const size_t got = fread(block + kept, 1, room - kept, stdin);
    size_t size = kept + got;
    if (got == 0) block[size++] = '\n';
    const size_t begin = count_block(block, size);
    if (got == 0) break;
    kept = size - begin;
    memmove(block, block + begin, kept);
    if (kept == room) block = must(realloc(block, (room *= 2) + 1));
  }
  free(block);
}

static int by_count(const void* a, const void* b) {
  const uint64_t left = ((const struct entry*)a)->count;
  const uint64_t right = ((const struct entry*)b)->count;
  return left < right ? 1 : left > right ? -1 : 0;
}

int main(void) {
  entries = must(calloc(capacity, sizeof *entries));
  count_input();
  size_t size = 0;
  for (size_t i = 0; i < capacity; ++i) {
    if (entries[i].word != NULL) entries[size++] = entries[i];
  }
  qsort(entries, size, sizeof *entries, by_count);
  for (size_t i = 0; i < size; ++i) {
    printf("%llu %.*s\n", (unsigned long long)entries[i].count, (int)entries[i].length,
           entries[i].word);
  }
  return ferror(stdin) || fflush(stdout) != 0 ? 74 : 0;
}

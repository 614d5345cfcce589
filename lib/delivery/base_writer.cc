#include "delivery/base_writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace wordstream {
namespace {

/// Less than this is not worth a base of its own.
constexpr std::size_t kDeltaBytesMin = 1024 * 1024;
/// So much is written after a batch: some ten milliseconds.
constexpr int kChunksAStep = 4;

}  // namespace

Status BaseWriter::step(const Fold& fold, std::uint64_t batch, std::uint64_t taken_by_all) {
  if (!is_writing_) {
    const bool is_outweighed = delta_bytes_ > std::max(base_bytes_, kDeltaBytesMin);
    return is_outweighed ? begin(fold, batch) : Status();
  }
  if (written_ < next_.size()) return write_some();
  // A sink that has still to be given an earlier batch needs what was before it.
  if (taken_by_all < through_) return {};
  is_writing_ = false;
  base_bytes_ = std::exchange(next_, {}).size();
  return journal_.switch_base();
}

Status BaseWriter::begin(const Fold& fold, std::uint64_t batch) {
  next_ = fold.save();
  written_ = 0;
  through_ = batch;
  delta_bytes_ = 0;
  is_writing_ = true;
  return journal_.begin_base(batch);
}

Status BaseWriter::write_some() {
  for (int left = kChunksAStep; left > 0 && written_ < next_.size(); --left) {
    const std::string_view chunk = std::string_view(next_).substr(written_, kChunkBytesMax);
    if (Status added = journal_.add_to_base(chunk); !added) return added;
    written_ += chunk.size();
  }
  return {};
}

}  // namespace wordstream

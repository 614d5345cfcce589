// How a RELP server takes the lines of a frame, with keys and without (relp_server.h).
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "source/count_frame.h"
#include "source/relp_server.h"

namespace wordstream {
namespace {

std::shared_ptr<const ProducerPlace> durable_of(const std::shared_ptr<Producer>& producer) {
  return {producer, &producer->durable};
}

/// That it was taken: due when what is durable has come to `at`.
RelpAnswer done(const RelpFrame& frame, std::shared_ptr<const ProducerPlace> durable,
                ProducerPlace at) {
  return {frame.number, "200 OK", std::move(durable), at};
}

/// Not behind lines; behind other counts as long as a block of lines would have as much.
bool has_room_for_counts(std::size_t size, const Block& block) {
  std::size_t taken = 0;
  for (const Counted& counted : block.counted()) taken += counted.words.packed().size();
  return block.empty() && (taken == 0 || taken + size <= block.capacity());
}

}  // namespace

/// What a frame has of whom. Nothing where that cannot be told: then it is refused.
std::optional<ProducerFrame> RelpServer::lines_of(RelpClient& client, const RelpFrame& frame,
                                                  SteadyTime now) {
  std::optional<RelpKey> key = relp_key_of(frame.data);
  std::uint64_t skipped = frame.skipped;
  if (key && frame.command == "cut") {
    const std::optional<std::uint64_t> size = take_relp_size(key->text);
    if (!size) key.reset();
    skipped += size.value_or(0);
  }
  if (!key || skipped > kRelpOffsetMax - key->offset) {
    ++totals_.without_key;
    refuse(client, now, event::LineWithoutKey{client.peer()});
    return std::nullopt;
  }
  // Behind one line stands the end of its frame, which is that of the line, too.
  const bool is_line = frame.command == "syslog";
  const bool has_end = is_line && frame.skipped == 0;
  if (is_line && frame.skipped != 0) ++skipped;
  return ProducerFrame{key->producer,
                       key->offset,
                       {key->text.data(), key->text.size() + (has_end ? 1 : 0)},
                       skipped};
}

bool RelpServer::take_keyed(RelpClient& client, const RelpFrame& frame, const ProducerFrame& line,
                            SteadyTime now, Block& block) {
  const bool is_cut = line.skipped != 0;
  if (!has_room(line.bytes, block)) return false;
  std::shared_ptr<Producer> producer = std::exchange(client.taking, nullptr);
  if (!producer) {
    const ProducerVerdict verdict = producers_.judge(line, client.token(), now);
    if (!accept(verdict, line, client, now)) return true;
    producer = verdict.producer;
    if (verdict.kind == ProducerVerdict::Kind::Repeated) {
      const ProducerPlace end{producer->place().generation, line.end()};
      client.owe(done(frame, durable_of(producer), end));
      return true;
    }
  }
  if (client.is_ours) producer->prover.know_no_more_heads();
  const std::uint64_t passed = producer->prover.place() - line.offset;
  framer_.start_at({producer->stream, producer->prover.place(), producer->at}, &producer->prover);
  const std::optional<Position::Place> place = frame_lines(line.bytes, passed, is_cut, block);
  if (!place) {
    producer->at = framer_.position().place;
    framer_.drop();
    client.taking = std::move(producer);
    return false;
  }
  producer->at = is_cut ? Position::Place::BehindLine : *place;
  if (is_cut) {
    producer->prover.skip(line.end() - producer->prover.place());
    block.mark_end(producer->position(), {});
  }
  client.owe(done(frame, durable_of(producer), producer->place()));
  return true;
}

/// All of a batch gets into one block, and so into one record of the journal with its place.
bool RelpServer::take_counts(RelpClient& client, const RelpFrame& frame, SteadyTime now,
                             Block& block) {
  if (!has_room_for_counts(frame.data.size(), block)) return false;
  const auto refuse_for = [&](std::string why) {
    ++totals_.bad_frames;
    refuse(client, now, event::RelpRefused{client.peer(), std::move(why)});
    return true;
  };
  const std::optional<CountKey> key = count_key_of(frame.data);
  if (!key) return refuse_for("counts come without PRODUCER#BATCH in front of them");
  const auto [producer, batch, text] = *key;
  using Kind = ProducerVerdict::Kind;
  const ProducerVerdict verdict = producers_.judge_batch(producer, batch, client.token(), now);
  if (verdict.kind == Kind::OtherKind) {
    refuse_other_kind(client, verdict.producer->stream->title, now);
    return true;
  }
  if (verdict.kind == Kind::Gap) {
    ++totals_.gaps_refused;
    const std::uint64_t place = verdict.producer->prover.place();
    const std::string& title = verdict.producer->stream->title;
    refuse(client, now, event::BatchesMissing{title, client.peer(), place, batch});
    return true;
  }
  if (verdict.kind == Kind::Repeated) {
    ++totals_.repeats;
    const ProducerPlace end{verdict.producer->place().generation, batch + 1};
    client.owe(done(frame, durable_of(verdict.producer), end));
    return true;
  }
  Result<CountRows> rows = parse_count_rows(text);
  if (!rows) return refuse_for(rows.error().message);
  const std::shared_ptr<Producer> taken =
      producers_.take_batch(producer, batch, client.token(), now);
  if (verdict.is_new) context_.observer.on(event::ProducerBegins{taken->stream->title, batch});
  context_.observer.on(event::BatchTaken{taken->stream->title, batch, Millis(rows->start_ms),
                                         Millis(rows->end_ms), rows->counted.words.size()});
  block.cut_line_count += rows->cut_line_count;
  block.add_counted(std::move(rows->counted), taken->position());
  client.owe(done(frame, durable_of(taken), taken->place()));
  return true;
}

/// A line end that a sender has put behind its text is that of the line.
bool RelpServer::take_unkeyed(RelpClient& client, const RelpFrame& frame, Block& block) {
  const bool is_cut = frame.skipped != 0;
  const bool has_end =
      !frame.data.empty() && (frame.data.back() == '\n' || frame.data.back() == '\r');
  const std::string_view bytes{frame.data.data(), frame.data.size() + (is_cut || has_end ? 0 : 1)};
  if (!has_room(bytes, block)) return false;
  auto& [at, frame_begin, durable] = client.unkeyed;
  if (!frame_begin) frame_begin = at.offset;
  framer_.start_at(at);
  if (!frame_lines(bytes, at.offset - *frame_begin, is_cut, block)) {
    at = framer_.position();
    framer_.drop();
    return false;
  }
  at.offset = *std::exchange(frame_begin, std::nullopt) + bytes.size() + frame.skipped;
  at.place = Position::Place::BehindLine;
  if (is_cut) block.mark_end(at, {});
  client.owe(done(frame, durable, {0, at.offset}));
  return true;
}

bool RelpServer::has_room(std::string_view bytes, Block& block) {
  if (!block.counted().empty()) return false;
  if (block.empty()) block.reserve(bytes.size() + 1);
  return block.room().size() > bytes.size();
}

/// Gives the framer what is behind the first `passed` bytes, where it stands. Those of a frame that
/// was cut have no end; of others a line without one ends with the frame. Returns where they lead
/// to; nothing when the block must be handed on first.
std::optional<Position::Place> RelpServer::frame_lines(std::string_view bytes, std::uint64_t passed,
                                                       bool is_cut, Block& block) {
  const bool has_bytes = !bytes.empty();
  bytes.remove_prefix(std::min<std::uint64_t>(passed, bytes.size()));
  std::size_t size_before = block.lines().size();
  while (!bytes.empty()) {
    const std::span<char> room = framer_.room(block, bytes.size());
    if (room.empty()) return std::nullopt;
    size_before = block.lines().size();
    bytes.copy(room.data(), room.size());
    framer_.accept(block, room.size());
    bytes.remove_prefix(room.size());
  }
  Position::Place place = framer_.position().place;
  // One that is cut within a line was counted there.
  const bool is_cut_here = is_cut && has_bytes && place != Position::Place::InsideCutLine;
  if (framer_.unfinished_size() != 0) {
    place = Position::Place::InsideLine;
    const bool is_finished = framer_.finish(block);
    WS_CHECK(is_finished, "ending a line that a block has room for");
  } else if (!is_cut && block.lines().size() == size_before) {
    // No line tells of the end of what was passed over: nobody would be answered for it.
    block.mark_end(framer_.position(), {});
  }
  if (is_cut_here) block.note_cut();
  framer_.drop();
  return place;
}

}  // namespace wordstream

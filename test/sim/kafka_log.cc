#include "sim/kafka_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace wordstream::sim {

std::int64_t FakeKafkaLog::stable_end() const {
  std::int64_t stable = end_;
  for (const auto& [transaction, first] : open_) stable = std::min(stable, first);
  return std::max(stable, begin_);
}

std::int64_t FakeKafkaLog::append(std::int64_t time_ms, std::string_view value,
                                  KafkaTransactionId transaction,
                                  std::shared_ptr<const KafkaLabel> label) {
  if (transaction != 0) open_.emplace(transaction, end_);
  records_.push_back(
      {end_, time_ms, std::make_shared<const std::string>(value), transaction, std::move(label)});
  return end_++;
}

void FakeKafkaLog::end_transaction(KafkaTransactionId transaction, bool is_committed,
                                   std::int64_t time_ms) {
  // What an election has lost was not there any more when the marker came.
  open_.erase(transaction);
  if (!is_committed) aborted_.insert(transaction);
  records_.push_back({end_++, time_ms, nullptr, transaction});
}

void FakeKafkaLog::delete_before(std::int64_t offset) {
  WS_CHECK(offset <= end_, "deleting what is there");
  begin_ = std::max(begin_, offset);
  records_.erase(records_.begin(), at_or_behind(begin_));
}

void FakeKafkaLog::compact(std::int64_t offset) {
  const auto found = at_or_behind(offset);
  WS_CHECK(found != records_.end() && found->offset == offset, "taking away what is there");
  records_.erase(found);
}

void FakeKafkaLog::lose_from(std::int64_t offset) {
  WS_CHECK(offset >= begin_ && offset <= end_, "losing what is there");
  records_.erase(at_or_behind(offset), records_.end());
  end_ = offset;
  std::erase_if(open_, [&](const auto& open) { return open.second >= offset; });
}

const KafkaRecord* FakeKafkaLog::find_from(std::int64_t offset) const {
  const auto found =
      std::find_if(at_or_behind(offset), records_.end(),
                   [](const KafkaRecord& record) { return record.value != nullptr; });
  return found == records_.end() ? nullptr : &*found;
}

std::vector<KafkaRecord> FakeKafkaLog::read(std::int64_t& position, std::size_t count_max) const {
  const std::int64_t stable = stable_end();
  Records shown;
  for (auto next = at_or_behind(position); next != records_.end() && next->offset < stable;
       ++next) {
    if (is_shown(*next)) {
      if (shown.size() == count_max) return shown;
      shown.push_back(*next);
    }
    position = next->offset + 1;
  }
  position = std::max(position, stable);
  return shown;
}

std::vector<KafkaRecord> FakeKafkaLog::read_uncommitted() const {
  Records shown;
  std::copy_if(records_.begin(), records_.end(), std::back_inserter(shown),
               [](const KafkaRecord& record) { return record.value != nullptr; });
  return shown;
}

FakeKafkaLog::Records::const_iterator FakeKafkaLog::at_or_behind(std::int64_t offset) const {
  return std::lower_bound(
      records_.begin(), records_.end(), offset,
      [](const KafkaRecord& record, std::int64_t bound) { return record.offset < bound; });
}

bool FakeKafkaLog::is_shown(const KafkaRecord& record) const {
  return record.value != nullptr && !aborted_.contains(record.transaction);
}

}  // namespace wordstream::sim

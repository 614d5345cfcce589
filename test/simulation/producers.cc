#include "simulation/producers.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace wordstream::simulation {
namespace {

constexpr std::size_t kProducerCount = 3;
constexpr Millis kLookAgainAfter{5};

}  // namespace

/// Lives in the process: what it knows is gone with that.
class ProducersSource final : public Source {
 public:
  ProducersSource(Producers& producers, const SourceContext& context)
      : producers_(producers), context_(context) {}

  Status open(const Positions& from) override {
    durable_ = from;
    for (const auto& [name, position] : from.by_name()) places_[name] = position->offset;
    return {};
  }

  /// Takes a few frames, from whomever chance says.
  Result<Turn> poll(SteadyTime now, Block& block) override {
    answer(now);
    bool has_news = false;
    for (std::uint64_t left = prng().between(1, 4); left > 0; --left) {
      Producer* const producer = someone();
      if (producer == nullptr) break;
      has_news = true;
      if (producer->sent == producer->kept.size()) {
        producer->has_said_so = true;
        block.mark_over(stream_of(*producer));
      } else if (!take_frame(*producer, block)) {
        return Turn::full();
      }
    }
    return has_news ? Turn::again() : Turn::idle(now + kLookAgainAfter);
  }

  void stop() override {}
  bool wants_commits() const override { return true; }
  void committed(const Positions& change) override {
    durable_.apply(change);
    to_answer_.push_back(change);
  }

  Turn answer(SteadyTime /*now*/) override {
    // Not all at once: a socket may take only so much.
    if (to_answer_.empty()) return Turn::ended();
    for (const auto& [name, position] : to_answer_.front().by_name()) give_answer(name, position);
    to_answer_.pop_front();
    return Turn::again();
  }

 private:
  sim::Prng& prng() { return producers_.world_.prng; }

  std::shared_ptr<const Stream> stream_of(const Producer& producer) {
    auto& stream = streams_[producer.name];
    if (!stream) {
      stream = std::make_shared<const Stream>(Stream{producer.name, "producer " + producer.name});
    }
    return stream;
  }

  /// One who has something to say.
  Producer* someone() {
    std::vector<Producer*> ready;
    for (Producer& producer : producers_.all_) {
      const bool says_more = producer.sent < producer.kept.size();
      const bool says_so = producer.is_leaving && producer.kept.empty() && !producer.has_said_so;
      if (!producer.is_forgotten && (says_more || says_so)) ready.push_back(&producer);
    }
    return ready.empty() ? nullptr : ready[prng().below(ready.size())];
  }

  /// Takes one or a few lines of a producer. Returns false when there is no room for them.
  bool take_frame(Producer& producer, Block& block) {
    const std::string_view unsent = std::string_view(producer.kept).substr(producer.sent);
    std::size_t size = unsent.find('\n') + 1;
    while (prng().one_in(2) && size < unsent.size()) size = unsent.find('\n', size) + 1;
    const std::uint64_t offset = producer.answered + producer.sent;
    std::uint64_t& place = places_[producer.name];
    if (offset + size > place) {
      if (block.empty()) block.reserve(size);
      if (block.room().size() < size) return false;
      const std::uint64_t known = place > offset ? place - offset : 0;
      const std::string_view fresh = unsent.substr(known, size - known);
      std::copy(fresh.begin(), fresh.end(), block.room().begin());
      block.extend(fresh.size());
      place = offset + size;
      block.mark_end({stream_of(producer), place}, {fresh.size()});
    }
    producer.sent += size;
    // What comes again and is safe already is answered at once.
    const Position* const safe = durable_.find(producer.name);
    if (safe != nullptr && offset + size <= safe->offset) to_answer_.emplace_back(*safe);
    return true;
  }

  void give_answer(const std::string& name, const std::optional<Position>& position) {
    for (Producer& producer : producers_.all_) {
      if (producer.name != name) continue;
      if (!position) {
        producer.is_forgotten = true;
      } else if (position->offset > producer.answered) {
        const std::uint64_t size = position->offset - producer.answered;
        producer.kept.erase(0, size);
        producer.answered += size;
        producer.sent -= std::min(size, producer.sent);
      }
    }
  }

  Producers& producers_;
  SourceContext context_;
  std::map<std::string, std::uint64_t> places_;  // up to where it has read
  Positions durable_;
  std::map<std::string, std::shared_ptr<const Stream>> streams_;
  std::deque<Positions> to_answer_;
};

Producers::Producers(sim::World& world) : world_(world) {
  for (std::size_t i = 0; i < kProducerCount; ++i) make();
}

Producer& Producers::make() {
  Producer& made = all_.emplace_back();
  made.name = fmt::format("p{}", made_count_++);
  return made;
}

void Producers::add(const std::string& line) {
  std::vector<Producer*> staying;
  for (Producer& producer : all_) {
    if (!producer.is_leaving) staying.push_back(&producer);
  }
  Producer* producer = staying[world_.prng.below(staying.size())];
  if (world_.prng.one_in(20)) {
    producer->is_leaving = true;
    producer = &make();
  }
  producer->kept += line;
}

void Producers::process_begins() {
  for (Producer& producer : all_) {
    producer.sent = 0;
    producer.has_said_so = false;
  }
}

namespace {

class ProducersChoice final : public SourceChoice {
 public:
  explicit ProducersChoice(Producers& producers) : producers_(producers) {}

  std::string name(const Files& /*files*/) const override { return "producers"; }
  bool has_lasting_name(Files& /*files*/) const override { return true; }
  std::string fingerprint(const Files& files) const override { return name(files); }
  SourceClass promise(Files& /*files*/) const override { return SourceClass::Acknowledged; }
  std::vector<SourceFile> named_files(Files& /*files*/) const override { return {}; }
  bool has_ends() const override { return false; }
  std::string may_miss() const override { return {}; }
  std::string_view medium() const override { return "stream"; }
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  std::shared_ptr<const SourceChoice> followed() const override { return nullptr; }
  std::unique_ptr<Source> make(const Env& /*env*/, const SourceContext& context) const override {
    return std::make_unique<ProducersSource>(producers_, context);
  }

 private:
  Producers& producers_;
};

}  // namespace

ChosenSource Producers::choice() { return std::make_shared<ProducersChoice>(*this); }

std::optional<std::string> Producers::judge(
    const std::map<std::string, std::uint64_t>& places) const {
  for (const Producer& producer : all_) {
    const auto found = places.find(producer.name);
    if (producer.is_forgotten) {
      if (found == places.end()) continue;
      return fmt::format("{} was answered that it is forgotten, and is not", producer.name);
    }
    const std::uint64_t place = found == places.end() ? 0 : found->second;
    // Who leaves may be forgotten before he knows.
    const bool may_be_gone = producer.is_leaving && producer.kept.empty() && found == places.end();
    if (place >= producer.answered || may_be_gone) continue;
    return fmt::format("{} was answered up to {}, and a restart has it up to {}", producer.name,
                       producer.answered, place);
  }
  return {};
}

std::optional<std::string> Producers::judge_end(
    const std::map<std::string, std::uint64_t>& places) const {
  for (const Producer& producer : all_) {
    const auto found = places.find(producer.name);
    if (found == places.end()) continue;
    if (producer.answered >= std::min(found->second, producer.answered + producer.sent)) continue;
    return fmt::format("{} was answered up to {} only, and the journal has it up to {}",
                       producer.name, producer.answered, found->second);
  }
  return {};
}

}  // namespace wordstream::simulation

#include "send/flow.h"

#include <fmt/format.h>

#include <string_view>

#include "base/decoder.h"
#include "base/varint.h"

namespace wordstream {
namespace {

/// Length and bytes of the name, generation, first, length and bytes of the journal; then the
/// proof.
constexpr std::uint64_t kFlowForm = 1;

/// Names of streams begin with the number of a form, which is a small one.
constexpr std::string_view kNameAlone = "name ";
constexpr std::string_view kNewness = "new";

}  // namespace

std::string FlowName::text() const {
  return generation == 1 ? base : fmt::format("{}#{}", base, generation);
}

Position with_name(Position position, const FlowName& name) {
  std::string proof;
  append_varint(proof, kFlowForm);
  append_varint(proof, name.base.size());
  proof += name.base;
  append_varint(proof, name.generation);
  append_varint(proof, name.first);
  append_varint(proof, name.journal.size());
  proof += name.journal;
  position.proof.insert(0, proof);
  return position;
}

std::optional<FlowName> take_name(Position& position) {
  Decoder decoder(position.proof);
  const bool is_known = decoder.number() == kFlowForm;
  FlowName name;
  const std::uint64_t length = decoder.number();
  name.base = decoder.bytes(length);
  name.generation = decoder.number();
  name.first = decoder.number();
  const std::uint64_t journal_length = decoder.number();
  name.journal = decoder.bytes(journal_length);
  std::string proof(decoder.rest());
  if (!is_known || !decoder.is_good() || name.base.empty() || name.generation == 0)
    return std::nullopt;
  position.proof = std::move(proof);
  return name;
}

Position name_alone(const FlowName& name) {
  const std::string text = name.text();
  const Stream stream{std::string(kNameAlone) + text, text};
  return with_name({.stream = std::make_shared<const Stream>(stream)}, name);
}

Position newness() {
  const Stream stream{std::string(kNewness), "what was not asked for yet"};
  return {.stream = std::make_shared<const Stream>(stream)};
}

bool is_name_alone(const Stream& stream) { return stream.name.starts_with(kNameAlone); }

}  // namespace wordstream

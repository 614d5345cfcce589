// Rows on a server of the fake world, as a place where counts go.
#pragma once

#include <memory>
#include <string>

#include "sim/row_server.h"
#include "sim/storage.h"
#include "sink/row_sink.h"
#include "sink/sink_choice.h"

namespace wordstream::sim {

class ToRowServer final : public SinkTarget {
 public:
  /// The server outlives the sinks.
  explicit ToRowServer(RowServer& server) : server_(server) {}

  std::string name(const Files& /*files*/) const override { return "server:rows"; }
  SinkClass promise() const override { return SinkClass::Ledger; }
  bool has_format() const override { return false; }
  bool wants_all(std::optional<FormatKind> /*format*/) const override { return false; }
  std::string path(const Files& /*files*/) const override { return ""; }
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override {
    // In the fake world a process is known by its storage.
    auto& process = dynamic_cast<FakeStorage&>(context.env.storage).process();
    auto store = std::make_unique<FakeRowStore>(server_, process, context.is_total);
    return std::make_unique<RowSink>(std::move(store), context);
  }

 private:
  RowServer& server_;
};

}  // namespace wordstream::sim

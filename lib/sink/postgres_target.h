// A table on a PostgreSQL server, as it is named on the command line: a URI of libpq's with a
// parameter of ours, "postgresql://user@host/database?table=name".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sink/sink_choice.h"

namespace wordstream {

/// A table by its names, as they stand; without a schema it is the first that the server looks in.
struct PostgresTable {
  std::string schema = {};
  std::string name = {};  ///< empty: "counts" or "totals", by what is counted
};

class ToPostgres final : public SinkTarget {
 public:
  static constexpr SinkClass kPromise = SinkClass::Ledger;
  /// Reads what stands behind "postgresql:".
  static Result<ParsedTarget> parse(std::string_view text);

  /// `uri` is libpq's, without our parameters; `name` is without secrets.
  ToPostgres(std::string uri, std::string name, PostgresTable table)
      : uri_(std::move(uri)), name_(std::move(name)), table_(std::move(table)) {}

  /// Hosts, port, database and table, as they were typed: not who asks, nor how.
  std::string name(const Files& files) const override;
  SinkClass promise() const override;
  bool has_format() const override;
  bool wants_all(std::optional<FormatKind> format) const override;
  std::string path(const Files& files) const override;
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override;

 private:
  std::string uri_;
  std::string name_;
  PostgresTable table_;
};

}  // namespace wordstream

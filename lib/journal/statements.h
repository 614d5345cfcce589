// The statements of a database, each prepared when it is first needed. Their errors say what to do.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "env/storage.h"

namespace wordstream {

/// The error of a journal's file, with what to do about it.
tl::unexpected<Error> fail_with_advice(const Error& error);

/// Rows of a query, one after the other. The query ends with its object; one alone of each query
/// is open at a time.
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(&statement) {}
  Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Rows& operator=(Rows&&) = delete;
  ~Rows() {
    if (statement_ != nullptr) statement_->reset();
  }

  /// Goes to the next row; false when there is none.
  Result<bool> next();

  /// Of the row; valid until the next one.
  bool is_null(int column) const { return statement_->is_null(column); }
  std::uint64_t number(int column) const {
    return static_cast<std::uint64_t>(statement_->integer(column));
  }
  std::string_view bytes(int column) const { return statement_->bytes(column); }

 private:
  Statement* statement_;
};

/// A value to bind as a blob. Others are bound by their type.
struct Blob {
  std::string_view bytes;
};

class Statements {
 public:
  explicit Statements(Database& database) : database_(database) {}

  /// Runs a statement with its parameters. `sql` must be a literal.
  template <class... Values>
  Status run(std::string_view sql, const Values&... values) {
    const Result<Statement*> statement = bound(sql, values...);
    if (!statement) return fail(statement);
    const Status status = (*statement)->run();
    return status ? Status() : fail_with_advice(status.error());
  }

  /// Begins a query. The parameters must outlive the rows. `sql` must be a literal.
  template <class... Values>
  Result<Rows> query(std::string_view sql, const Values&... values) {
    const Result<Statement*> statement = bound(sql, values...);
    if (!statement) return fail(statement);
    return Rows(**statement);
  }

  /// The single number that a query has.
  Result<std::uint64_t> number(std::string_view sql);

  /// Runs one or more statements that are needed once.
  Status execute(const std::string& sql);

  /// See Storage::make_rollback_journal().
  Status make_rollback_journal(Storage& storage);

  const std::string& path() const { return database_.path(); }

 private:
  Result<Statement*> find(std::string_view sql);

  template <class... Values>
  Result<Statement*> bound(std::string_view sql, const Values&... values) {
    Result<Statement*> statement = find(sql);
    if (!statement) return statement;
    int parameter = 0;
    (bind(**statement, ++parameter, values), ...);
    return statement;
  }

  static void bind(Statement& statement, int parameter, std::uint64_t value) {
    statement.bind(parameter, static_cast<std::int64_t>(value));
  }
  static void bind(Statement& statement, int parameter, const std::string& text) {
    statement.bind_text(parameter, text);
  }
  static void bind(Statement& statement, int parameter, Blob blob) {
    statement.bind_blob(parameter, blob.bytes);
  }
  template <class Value>
  static void bind(Statement& statement, int parameter, const std::optional<Value>& value) {
    value ? bind(statement, parameter, *value) : statement.bind_null(parameter);
  }

  Database& database_;
  std::map<std::string_view, Statement> prepared_;
};

}  // namespace wordstream

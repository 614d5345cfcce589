#include "journal/statements.h"

#include <fmt/format.h>

#include "env/storage_error.h"

namespace wordstream {
namespace {

std::string_view advice_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::BadData:
    case ErrorCode::AlreadyThere:
      return "it is damaged: go back to a copy of the checkpoint, or name a new one";
    case ErrorCode::Busy:
      return "end the program that has it open, and start again";
    case ErrorCode::NotPermitted:
    case ErrorCode::CannotCreate:
      return "name a checkpoint where you may write";
    default:
      return storing_advice(code);
  }
}

}  // namespace

tl::unexpected<Error> fail_with_advice(const Error& error) {
  return fail(error.code, fmt::format("{}; {}", error.message, advice_for(error.code)));
}

Result<bool> Rows::next() {
  const Result<bool> row = statement_->step();
  if (!row) return fail_with_advice(row.error());
  return *row;
}

Result<std::uint64_t> Statements::number(std::string_view sql) {
  const Result<std::int64_t> number = database_.integer(sql);
  if (!number) return fail_with_advice(number.error());
  return static_cast<std::uint64_t>(*number);
}

Status Statements::execute(const std::string& sql) {
  const Status status = database_.execute(sql);
  return status ? Status() : fail_with_advice(status.error());
}

Status Statements::make_rollback_journal(Storage& storage) {
  const Status status = storage.make_rollback_journal(database_);
  return status ? Status() : fail_with_advice(status.error());
}

Result<Statement*> Statements::find(std::string_view sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return &found->second;
  Result<Statement> statement = database_.prepare(sql);
  if (!statement) return fail_with_advice(statement.error());
  return &prepared_.emplace(sql, std::move(*statement)).first->second;
}

}  // namespace wordstream

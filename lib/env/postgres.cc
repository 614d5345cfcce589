#include "env/postgres.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "env/libpq.h"
#include "env/postgres_failure.h"
#include "env/thread.h"

namespace wordstream {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint32_t kTextType = 25;
constexpr std::uint32_t kBytesType = 17;
constexpr std::uint32_t kIntegerType = 20;
constexpr std::uint32_t kTextsType = 1009;
constexpr std::uint32_t kBytesArrayType = 1001;
constexpr std::uint32_t kIntegersType = 1016;

/// How long one attempt to connect may take, whatever stands on its way.
constexpr std::chrono::seconds kConnectMax{15};
/// How often an attempt asks whether anybody still wants it.
constexpr int kStepMs = 100;

PGconn* connection(void* handle) { return static_cast<PGconn*>(handle); }

void append_number(std::string& bytes, std::uint64_t number, int byte_count) {
  for (int shift = 8 * (byte_count - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(number >> shift & 0xFFU);
  }
}

void ignore_notice(void* /*nobody*/, const char* /*notice*/) {}

}  // namespace

PostgresValue postgres_text(std::string_view text) { return {kTextType, std::string(text)}; }
PostgresValue postgres_bytes(std::string_view bytes) { return {kBytesType, std::string(bytes)}; }
PostgresValue postgres_integer(std::int64_t integer) {
  PostgresValue value{kIntegerType, {}};
  append_number(value.bytes, static_cast<std::uint64_t>(integer), 8);
  return value;
}

PostgresArray::PostgresArray(Of type) : type_(type) {}

void PostgresArray::add(std::string_view element) {
  append_number(bytes_, element.size(), 4);
  bytes_ += element;
  ++count_;
}

void PostgresArray::add(std::int64_t element) {
  append_number(bytes_, 8, 4);
  append_number(bytes_, static_cast<std::uint64_t>(element), 8);
  ++count_;
}

void PostgresArray::clear() {
  count_ = 0;
  bytes_.clear();
}

PostgresValue PostgresArray::value() const {
  constexpr std::array<std::array<std::uint32_t, 2>, 3> kTypes{
      {{kTextsType, kTextType}, {kBytesArrayType, kBytesType}, {kIntegersType, kIntegerType}}};
  const auto [array_type, element_type] = kTypes[static_cast<std::size_t>(type_)];
  PostgresValue value{array_type, {}};
  const std::uint32_t dimension_count = count_ == 0 ? 0 : 1;
  for (const std::uint32_t number : {dimension_count, 0U, element_type}) {
    append_number(value.bytes, number, 4);
  }
  if (count_ == 0) return value;
  append_number(value.bytes, count_, 4);
  append_number(value.bytes, 1, 4);  // where it begins to count
  value.bytes += bytes_;
  return value;
}

Status check_postgres_uri(const std::string& uri) {
  if (!libpq().missing.empty()) {
    return fail(ErrorCode::Unavailable,
                fmt::format("libpq cannot be loaded ({}): install libpq5", libpq().missing));
  }
  char* why = nullptr;
  PQconninfoOption* const options = libpq().PQconninfoParse(uri.c_str(), &why);
  libpq().PQconninfoFree(options);
  std::string reason = why != nullptr ? one_line(why) : "";
  libpq().PQfreemem(why);
  if (options != nullptr) return {};
  // What it quotes may be a part of a password that was not encoded.
  constexpr std::string_view kHarmless = "invalid URI query parameter";
  if (!reason.starts_with(kHarmless)) reason = "libpq cannot read it";
  return fail(
      ErrorCode::InvalidArgument,
      fmt::format("{}: write postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE, with %XX for "
                  "what has a meaning in it",
                  reason));
}

/// What an attempt to connect and whoever wants it share.
struct PostgresConnection::Attempt {
  std::mutex mutex;
  std::condition_variable has_ended;
  std::optional<PostgresReply> outcome;
  PGconn* made = nullptr;  ///< of one that was Done
  std::atomic<bool> is_wanted = true;

  ~Attempt() {
    if (made != nullptr) libpq().PQfinish(made);
  }

  void run(const std::string& uri, const std::string& application) {
    const bool is_target_given = std::getenv("PGTARGETSESSIONATTRS") != nullptr;
    const std::array<const char*, 7> names{"target_session_attrs",
                                           "keepalives_idle",
                                           "tcp_user_timeout",
                                           "dbname",
                                           "application_name",
                                           "client_encoding",
                                           nullptr};
    // What stands behind the URI goes before it; what it says goes before the first.
    const std::array<const char*, 7> values{is_target_given ? nullptr : "read-write",
                                            "30",
                                            "10000",
                                            uri.c_str(),
                                            application.c_str(),
                                            "UTF8",
                                            nullptr};
    PGconn* const begun = libpq().PQconnectStartParams(names.data(), values.data(), 1);
    if (begun == nullptr)
      return end({PostgresReply::State::Lost, "", "no memory is left"}, nullptr);
    libpq().PQsetErrorVerbosity(begun, PQERRORS_VERBOSE);
    libpq().PQsetNoticeProcessor(begun, ignore_notice, nullptr);
    const bool has_begun = libpq().PQstatus(begun) != CONNECTION_BAD;
    const SteadyClock::time_point deadline = SteadyClock::now() + kConnectMax;
    PostgresPollingStatusType next = has_begun ? PGRES_POLLING_WRITING : PGRES_POLLING_FAILED;
    while (next == PGRES_POLLING_WRITING || next == PGRES_POLLING_READING) {
      pollfd socket{libpq().PQsocket(begun),
                    static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
      const bool is_ready = ::poll(&socket, 1, kStepMs) != 0;
      if (!is_wanted || SteadyClock::now() > deadline) break;
      if (is_ready) next = libpq().PQconnectPoll(begun);
    }
    if (next == PGRES_POLLING_OK) {
      libpq().PQsetErrorVerbosity(begun, PQERRORS_TERSE);
      return end({PostgresReply::State::Done}, begun);
    }
    PostgresReply reply = next == PGRES_POLLING_FAILED
                              ? read_failure(libpq().PQerrorMessage(begun), has_begun,
                                             libpq().PQconnectionNeedsPassword(begun) != 0)
                              : PostgresReply{PostgresReply::State::Lost, "", "it does not answer"};
    libpq().PQfinish(begun);
    end(std::move(reply), nullptr);
  }

  void end(PostgresReply reply, PGconn* connection_made) {
    const std::lock_guard lock(mutex);
    outcome = std::move(reply);
    made = connection_made;
    has_ended.notify_all();
  }
};

PostgresConnection::PostgresConnection(std::string uri, std::string application)
    : uri_(std::move(uri)), application_(std::move(application)) {}

PostgresConnection::~PostgresConnection() { close(); }

PostgresReply PostgresConnection::connect(Millis at_most) {
  if (!attempt_) {
    attempt_ = std::make_shared<Attempt>();
    Result<Thread> thread = Thread::start(
        [attempt = attempt_, uri = uri_, name = application_] { attempt->run(uri, name); });
    if (!thread) {
      attempt_.reset();
      return {PostgresReply::State::Lost, "", thread.error().message};
    }
    std::move(*thread).detach();
  }
  std::unique_lock lock(attempt_->mutex);
  attempt_->has_ended.wait_for(lock, at_most, [&] { return attempt_->outcome.has_value(); });
  if (!attempt_->outcome) return {PostgresReply::State::NotYet};
  PostgresReply outcome = std::move(*attempt_->outcome);
  handle_ = std::exchange(attempt_->made, nullptr);
  lock.unlock();
  attempt_.reset();
  if (handle_ != nullptr) libpq().PQsetnonblocking(connection(handle_), 1);
  return outcome;
}

std::string PostgresConnection::parameter(const char* name) const {
  const char* const value = libpq().PQparameterStatus(connection(handle_), name);
  return value != nullptr ? value : "";
}

int PostgresConnection::backend() const { return libpq().PQbackendPID(connection(handle_)); }

bool PostgresConnection::is_in_transaction() const {
  return libpq().PQtransactionStatus(connection(handle_)) != PQTRANS_IDLE;
}

void PostgresConnection::send(const std::string& sql, const std::vector<PostgresValue>& values) {
  reply_ = {PostgresReply::State::Done};
  is_under_way_ = true;
  if (values.empty()) {
    has_sent_ = libpq().PQsendQuery(connection(handle_), sql.c_str()) != 0;
    return;
  }
  std::vector<Oid> types;
  std::vector<const char*> bytes;
  std::vector<int> sizes;
  const std::vector<int> formats(values.size(), 1);
  for (const PostgresValue& value : values) {
    types.push_back(value.type);
    bytes.push_back(value.bytes.data());
    sizes.push_back(static_cast<int>(value.bytes.size()));
  }
  has_sent_ =
      libpq().PQsendQueryParams(connection(handle_), sql.c_str(), static_cast<int>(values.size()),
                                types.data(), bytes.data(), sizes.data(), formats.data(), 0) != 0;
}

PostgresReply PostgresConnection::hear(Millis at_most) {
  if (!has_sent_) return lost();
  const SteadyClock::time_point until = SteadyClock::now() + at_most;
  while (libpq().PQstatus(connection(handle_)) != CONNECTION_BAD) {
    if (libpq().PQconsumeInput(connection(handle_)) == 0) return lost();
    if (!take_results()) return lost();
    if (!is_under_way_) return std::move(reply_);
    const auto left = std::chrono::ceil<Millis>(until - SteadyClock::now());
    if (left <= Millis::zero()) return {PostgresReply::State::NotYet};
    if (!wait_for_server(left)) return {PostgresReply::State::NotYet};
  }
  return lost();
}

/// Sends what is left to be sent, and waits for what comes. Returns false when nothing has moved.
bool PostgresConnection::wait_for_server(Millis at_most) const {
  const bool is_unsent = libpq().PQflush(connection(handle_)) == 1;
  pollfd socket{libpq().PQsocket(connection(handle_)),
                static_cast<short>(is_unsent ? POLLIN | POLLOUT : POLLIN), 0};
  return ::poll(&socket, 1, static_cast<int>(at_most.count())) != 0;
}

/// Takes what has come of the statements. Returns false when the connection is lost by that.
bool PostgresConnection::take_results() {
  const Libpq& library = libpq();
  PGconn* const from = connection(handle_);
  while (library.PQisBusy(from) == 0) {
    PGresult* const result = library.PQgetResult(from);
    if (result == nullptr) {
      is_under_way_ = false;
      return library.PQstatus(from) != CONNECTION_BAD || reply_.state == PostgresReply::State::Done;
    }
    const ExecStatusType status = library.PQresultStatus(result);
    if (status == PGRES_TUPLES_OK) {
      reply_.rows.clear();
      for (int row = 0; row < library.PQntuples(result); ++row) {
        std::vector<std::string>& cells = reply_.rows.emplace_back();
        for (int column = 0; column < library.PQnfields(result); ++column) {
          cells.emplace_back(library.PQgetvalue(result, row, column),
                             static_cast<std::size_t>(library.PQgetlength(result, row, column)));
        }
      }
    } else if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
      const char* const code = library.PQresultErrorField(result, PG_DIAG_SQLSTATE);
      const char* const why = library.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
      reply_ = {PostgresReply::State::Refused, code != nullptr ? code : "",
                one_line(why != nullptr ? why : library.PQresultErrorMessage(result))};
    }
    library.PQclear(result);
  }
  return true;
}

/// Closes it, and says why it is lost: the server's last words, where there were any.
PostgresReply PostgresConnection::lost() {
  std::string message = libpq().PQerrorMessage(connection(handle_));
  PostgresReply reply{PostgresReply::State::Lost, reply_.code, one_line(message)};
  if (reply_.state == PostgresReply::State::Refused) reply.why = reply_.why;
  if (reply.why.empty()) reply.why = "the connection was lost";
  close();
  return reply;
}

void PostgresConnection::close() {
  if (attempt_) attempt_->is_wanted = false;
  attempt_.reset();
  if (handle_ != nullptr) libpq().PQfinish(connection(std::exchange(handle_, nullptr)));
  is_under_way_ = false;
  reply_ = {};
}

}  // namespace wordstream

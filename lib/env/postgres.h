// The door to PostgreSQL: a connection to a server over libpq, which is loaded when it is first
// asked for, so that a program that names no server needs none of it.
//
// Of one thread, which it never blocks for longer than it is told: connecting, which may have to
// ask a name server, has a thread of its own. A statement is sent, and heard of later; each is one
// round trip, and none is prepared by name, so that a pooler may stand between.
//
// Sources: the manual of PostgreSQL 15, chapter 34 (libpq), 55.2.3 (the extended protocol),
// appendix A (SQLSTATE codes); src/backend/utils/adt/arrayfuncs.c, array_recv() for arrays in
// binary.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace wordstream {

/// A value of a statement, in the binary form that the server has for its type.
struct PostgresValue {
  std::uint32_t type = 0;  ///< its OID
  std::string bytes = {};
};
PostgresValue postgres_text(std::string_view text);  ///< Requires: it is UTF-8 without NUL.
PostgresValue postgres_bytes(std::string_view bytes);
PostgresValue postgres_integer(std::int64_t integer);

/// An array of one dimension, element by element.
class PostgresArray {
 public:
  enum class Of { Texts, Bytes, Integers };
  explicit PostgresArray(Of type);

  void add(std::string_view element);  ///< of Texts and Bytes
  void add(std::int64_t element);      ///< of Integers
  std::size_t byte_count() const { return bytes_.size(); }
  bool is_empty() const { return count_ == 0; }
  void clear();
  PostgresValue value() const;

 private:
  Of type_;
  std::uint32_t count_ = 0;
  std::string bytes_;
};

/// What a server has to say.
struct PostgresReply {
  enum class State {
    NotYet,
    Done,
    Refused,  ///< it has failed there
    Lost,     ///< there is no connection (any more)
  };
  State state;
  std::string code = {};  ///< SQLSTATE, of Refused, and of Lost where the server has told why
  std::string why = {};   ///< of both, one line
  std::vector<std::vector<std::string>> rows = {};  ///< of Done, as text; NULL is empty
};

/// Whether libpq can read it. Fails with Unavailable where that is not installed, with
/// InvalidArgument where it cannot, and says nothing then of what may be a secret. Loads libpq.
Status check_postgres_uri(const std::string& uri);

class PostgresConnection {
 public:
  /// To be made as `uri` says, and what libpq finds elsewhere (service files, .pgpass, the
  /// environment). Unless told otherwise it is one that can be written to. `application` is what
  /// the server knows it by.
  PostgresConnection(std::string uri, std::string application);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  bool is_open() const { return handle_ != nullptr; }
  /// Makes the connection, or goes on with that. Done: it stands. Refused: it never will as things
  /// are
  /// (`code`, or empty: what was asked for makes no sense). Requires: it is not open.
  PostgresReply connect(Millis at_most);
  /// What the server says of itself: "server_encoding". Requires: it is open.
  std::string parameter(const char* name) const;
  /// By what number the server knows it. Requires: it is open.
  int backend() const;
  /// A transaction is open, or has failed and was not ended. Requires: it is open.
  bool is_in_transaction() const;

  /// Sends one statement; without values it may be several. Requires: it is open, nothing is under
  /// way.
  void send(const std::string& sql, const std::vector<PostgresValue>& values);
  bool is_under_way() const { return is_under_way_; }
  /// Waits for what becomes of it, at most so long. Lost: it is closed now.
  PostgresReply hear(Millis at_most);

  void close();

 private:
  struct Attempt;
  PostgresReply lost();
  bool wait_for_server(Millis at_most) const;
  bool take_results();

  std::string uri_;
  std::string application_;
  std::shared_ptr<Attempt> attempt_;  // shared with its thread
  void* handle_ = nullptr;            // a PGconn
  bool is_under_way_ = false;
  bool has_sent_ = false;  // what is under way
  PostgresReply reply_;    // what of it has come so far
};

}  // namespace wordstream

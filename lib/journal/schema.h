// The tables of a journal, their version, and the views for people. docs/formats.md says what they
// hold.
#pragma once

#include "base/result.h"
#include "journal/statements.h"

namespace wordstream {

/// What stands in a database.
enum class Schema {
  None,      ///< nothing: it was just made, or a crash has cut its making short
  Version1,  ///< a journal of version 1, of which journal/version_1.h knows
  Journal    ///< a journal of this version
};

/// Fails with BadData on somebody else's database, and on a journal of a later version.
Result<Schema> find_schema(Statements& statements);

/// How the database of a journal is used. The first thing to do with a connection that writes.
Status set_pragmas(Statements& statements);

/// Readies an empty database for its tables. Not within a transaction.
Status prepare_file(Statements& statements);

/// Makes the tables and views, within a transaction.
Status create_schema(Statements& statements);

/// Makes the table of clock steps where a journal of this version is without, within a transaction.
Status add_clock_steps(Statements& statements);

/// Makes those tables and views, within a transaction, that are others than in version 1, and
/// empty.
Status replace_tables_1(Statements& statements);

}  // namespace wordstream

// A database server on another machine, with the tables of a row sink, and the connections to it.
// It outlives the processes that use it, and the power loss of their machine takes nothing from it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/clock.h"
#include "sim/prng.h"
#include "sim/process.h"
#include "sim/trace.h"
#include "sink/row_store.h"

namespace wordstream::sim {

/// The times of a total are 0.
struct RowKey {
  std::int64_t start_ms;
  std::int64_t end_ms;
  std::string word;

  friend auto operator<=>(const RowKey&, const RowKey&) = default;
};
using RowTable = std::map<RowKey, std::uint64_t>;

/// What becomes of a commit whose answer is lost. Later: under way for a while, with the lock.
enum class LostCommit { Undone, Made, UndoneLater, MadeLater };

class FakeRowStore;

class RowServer {
 public:
  RowServer(std::uint64_t seed, const FakeClock& clock, Trace& trace);
  RowServer(const RowServer&) = delete;
  RowServer& operator=(const RowServer&) = delete;

  // What a reader sees: what is committed.
  const RowTable& counts();
  const RowTable& totals();
  const std::optional<StoreProgress>& progress();

  // Its faults.
  SteadyTime refuses_until{};             ///< no connection can be made before
  std::optional<LostCommit> lost_commit;  ///< of each; nothing: by chance
  /// One act in so many loses its connection by chance, or is not answered at once, or its
  /// transaction is undone, and one connection in so many is refused for a while; 0: none is.
  std::uint64_t fault_rarity = 0;
  std::string undoes = {};       ///< the transaction of the next act of this name
  SteadyTime is_silent_until{};  ///< no act is answered before
  Millis answers_after{};        ///< each act is answered so late
  /// Whether it is one that may lose connections: as stores on this machine, it says so.
  bool can_be_lost = true;

 private:
  friend class FakeRowStore;

  /// What a transaction changes when it is committed.
  struct Changes {
    bool clears_totals = false;
    RowTable counts = {};
    RowTable totals = {};
    std::optional<StoreProgress> progress = {};
  };
  /// A transaction whose connection is lost.
  struct UnderWay {
    Changes changes;
    SteadyTime until;
    bool is_made;
  };

  bool accepts();
  bool has_fault();
  bool is_silent();
  bool undoes_at(std::string_view act);
  /// Whether nobody is in the way of a connection that wants to write.
  bool is_free_for(const FakeRowStore& store) const;
  bool lock(const FakeRowStore& store);
  void unlock(const FakeRowStore& store);
  void commit(Changes changes);
  void lose(Changes changes, LostCommit end);
  LostCommit end_of_lost_commit();
  /// Does what is due by now.
  void catch_up();

  Prng prng_;
  const FakeClock& clock_;
  Trace& trace_;
  RowTable counts_;
  RowTable totals_;
  std::optional<StoreProgress> progress_;
  const FakeRowStore* writer_ = nullptr;  // whose transaction is open
  std::optional<UnderWay> under_way_;
};

/// A connection of one process to it; must not outlive that. Every act is an effect; one that fails
/// has lost its connection. Once the process is dead all acts fail.
class FakeRowStore final : public RowStore {
 public:
  FakeRowStore(RowServer& server, FakeProcess& process, bool is_total)
      : server_(server), process_(process), is_total_(is_total) {}
  ~FakeRowStore() override;
  FakeRowStore(const FakeRowStore&) = delete;
  FakeRowStore& operator=(const FakeRowStore&) = delete;

  const std::string& name() const override { return name_; }
  Result<Act> read_progress(std::optional<StoreProgress>& progress) override;
  Result<Act> take_over(const TakeOver& take_over) override;
  Result<Act> begin() override;
  Result<Act> clear_totals() override;
  void give(NewRows rows) override { given_ = std::move(rows); }
  Result<Act> write() override;
  Result<Act> note(const StoreProgress& progress) override;
  Result<Act> commit() override;
  bool can_be_lost() const override { return server_.can_be_lost; }
  std::string_view advice_for(ErrorCode code) const override;

 private:
  friend class RowServer;
  using Changes = RowServer::Changes;
  /// What an act would commit; nothing where it would be refused, or empty where it commits
  /// nothing.
  using Committing = std::function<std::optional<Changes>()>;

  /// Has the server do something, or loses the connection. Then what was to be committed may be
  /// committed all the same.
  Result<Act> ask(std::string_view what, const std::function<Result<Act>()>& happen,
                  const Committing& committing = {});
  void lose(const std::optional<Changes>& committing);
  bool can_take_over(const TakeOver& take_over) const;
  void undo();

  RowServer& server_;
  FakeProcess& process_;
  bool is_total_;
  std::string name_ = "server";
  bool is_connected_ = false;
  bool is_commit_unknown_ = false;
  std::string under_way_ = {};  // the act that was asked for and is not answered; empty: none
  SteadyTime asked_at_{};
  NewRows given_ = {};
  Changes changes_;  // of the open transaction
};

}  // namespace wordstream::sim

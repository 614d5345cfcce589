// Counts that a Spark cluster makes of another source: its driver is a program that is started here
// and sends each batch's counts by RELP (source/count_frame.h, docs/cluster.md). The run ends as
// the driver does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/child.h"
#include "source/relp_server.h"
#include "source/source_choice.h"

namespace wordstream {

/// How the cluster is put to work.
struct ClusterCommand {
  /// What is started: a program and its arguments. It sends to `receiver`, an address, and keeps
  /// what it must remember below `checkpoint`; empty: nothing.
  std::function<std::vector<std::string>(std::string_view receiver, std::string_view checkpoint)>
      words;
  StartChild start = start_real_child;
};

class ClusterSource final : public Source {
 public:
  ClusterSource(ClusterCommand command, Network& network, const SourceContext& context);
  ~ClusterSource() override;

  Status open(const Positions& from) override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;
  bool wants_commits() const override { return true; }
  void committed(const Positions& change) override { server_.committed(change); }
  Turn answer(SteadyTime now) override;

 private:
  bool is_watched() const { return driver_ && driver_->handle() >= 0; }
  Status verdict(int exit_code) const;

  ClusterCommand command_;
  SourceContext context_;
  RelpServer server_;
  std::unique_ptr<Child> driver_;  // null before open()
};

/// Another source, counted by a cluster.
class CountOnCluster final : public SourceChoice {
 public:
  CountOnCluster(ChosenSource of, ClusterCommand command)
      : of_(std::move(of)), command_(std::move(command)) {}

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& files) const override { return of_->has_lasting_name(files); }
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& /*files*/) const override { return SourceClass::Acknowledged; }
  std::vector<SourceFile> named_files(Files& files) const override {
    return of_->named_files(files);
  }
  bool has_ends() const override { return of_->has_ends(); }
  std::string may_miss() const override { return of_->may_miss(); }
  std::string_view medium() const override { return of_->medium(); }
  /// The program asks nobody: Spark does.
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  std::shared_ptr<const SourceChoice> followed() const override { return nullptr; }
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  ChosenSource of_;
  ClusterCommand command_;
};

}  // namespace wordstream

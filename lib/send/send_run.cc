#include "send/send_run.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "base/units.h"
#include "env/machine.h"

namespace wordstream {
namespace {

/// The poller knows the connection by it; a source has 0.
constexpr std::uint64_t kLinkToken = 1;

Result<std::unique_ptr<Journal>> open_journal(const SendConfig& config, const Env& env) {
  Opening opening{
      .directory = *config.checkpoint,
      .fingerprint = fmt::format("send {} max-line={}", config.source->fingerprint(env.files),
                                 size_to_text(config.line_bytes_max)),
      .now = env.clock.wall(),
      .sinks = {},
      .new_id = {},
      .epoch_step = 1 + env.epoch_chance % kEpochStepMax};
  std::memcpy(opening.new_id.bytes.data(), env.new_id.data(), opening.new_id.bytes.size());
  return Journal::open(env.storage, opening);
}

/// Where the source stands, without what is ours.
Result<Positions> places_of(const Journal& journal) {
  Positions places;
  for (const auto& [name, position] : journal.positions().by_name()) {
    const bool is_place = !is_name_alone(*position->stream) && name != newness().stream->name;
    if (!is_place) continue;
    Position place = *position;
    if (!take_name(place)) {
      return fail(ErrorCode::BadData,
                  fmt::format("what the checkpoint has of {} is no place of a sender: start anew "
                              "with another --checkpoint",
                              title_of(*position->stream)));
    }
    places.set(std::move(place));
  }
  return places;
}

}  // namespace

std::string name_of_server(const SendConfig& config) { return "relp://" + to_text(config.server); }

SendRun::SendRun(Control& control, const Env& env)
    : control_(control), poller_(env.make_poller()), link_poller_(env.make_poller()) {
  control_.add(*poller_);
  control_.add(*link_poller_);
}

SendRun::~SendRun() { control_.forget_pollers(); }

Result<std::unique_ptr<SendRun>> SendRun::open(const SendConfig& config, const Env& env,
                                               Control& control, Observer& observer) {
  std::unique_ptr<SendRun> run(new SendRun(control, env));
  std::optional<Patience> patience;
  if (config.wait) patience = Patience{*config.wait, env.clock.steady() + *config.wait};
  Positions places;
  SourceContext context{.poller = *run->poller_,
                        .observer = observer,
                        .budget = {config.line_bytes_max, config.partial_bytes_max},
                        .is_kept = config.checkpoint.has_value(),
                        // What a file lost while nobody read it is told, and ends no sending.
                        .is_lossy = true,
                        .from = config.from,
                        .poll = config.poll,
                        .rotated = config.rotated,
                        .open_files_max = descriptor_count_max() / 2,
                        .redirected = config.redirected};
  context.budget.is_verbatim = true;
  if (config.checkpoint) {
    Result<std::unique_ptr<Journal>> journal = open_journal(config, env);
    if (!journal) return fail(journal);
    run->journal_ = std::move(*journal);
    Result<Positions> known = places_of(*run->journal_);
    if (!known) return fail(known);
    places = std::move(*known);
    context.own = files_of_checkpoint(env.files.absolute(*config.checkpoint));
  }
  std::unique_ptr<Source> source = config.source->make(env, context);
  if (Status opened = source->open(places); !opened) return fail(opened);
  std::optional<RelpOffer> own_offer;
  if (config.has_offer) {
    own_offer = RelpOffer{run->journal_ != nullptr ? to_text(run->journal_->id()) : ""};
  }
  auto link = std::make_unique<RelpLink>(config.server, env.network, run->both_, observer, patience,
                                         own_offer, kLinkToken);
  run->loop_ = std::make_unique<SendLoop>(
      SendLoop::Parts{env.clock, control, observer, *run->poller_, *run->link_poller_,
                      run->journal_.get(), std::move(source), std::move(link)},
      config.options);
  if (Status begun = run->loop_->begin(); !begun) return fail(begun);
  return run;
}

Status SendRun::run() {
  run_task(*loop_);
  return control_.outcome();
}

}  // namespace wordstream

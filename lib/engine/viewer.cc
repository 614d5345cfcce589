#include "engine/viewer.h"

#include <utility>
#include <variant>

namespace wordstream {
namespace {

constexpr std::uint64_t kOutputToken = 0;
constexpr std::uint64_t kSizeToken = 1;

}  // namespace

Viewer::Viewer(std::unique_ptr<LiveView> view, EmissionChannel& emissions, StatusBoard& board,
               Control& control, Poller& poller)
    : view_(std::move(view)),
      emissions_(emissions),
      board_(board),
      control_(control),
      poller_(poller) {
  watch_terminal();
}

Viewer::~Viewer() {
  poller_.forget(view_->output());
  poller_.forget(view_->resized());
}

// What was drawn is sent before anything else is drawn. Then comes what has changed about the run
// or the screen, then the next emission, and when no emission comes any more the last picture.
Next Viewer::step() {
  const bool has_hung_up = take_ready();
  if (control_.is_abandoned()) return Next::done();
  if (is_flushing_) return flush();
  if (has_hung_up) {
    control_.abandon(Error{ErrorCode::Closed, "nobody reads stdout any more"});
    return Next::done();
  }
  if (is_finished_) return Next::done();
  if (!draw_next()) {
    if (!emissions_.is_drained()) return Next::wait();
    view_->finish();
    is_finished_ = true;
  }
  is_flushing_ = true;
  return Next::again();
}

bool Viewer::take_ready() {
  bool has_hung_up = false;
  for (const std::uint64_t token : poller_.take_ready()) {
    if (token == kSizeToken) {
      has_new_size_ = true;
    } else {
      has_hung_up = !is_flushing_;
    }
  }
  return has_hung_up;
}

bool Viewer::draw_next() {
  const std::optional<RunStatus> news = board_.news(poller_);
  if (news) status_ = *news;
  if (std::exchange(has_new_size_, false) || news) {
    view_->refresh(status_);
    return true;
  }
  while (const std::optional<Delivery> delivery = emissions_.pop()) {
    if (const Emission* const emission = std::get_if<Emission>(&*delivery)) {
      view_->take(*emission);
      return true;
    }
  }
  return false;
}

Next Viewer::flush() {
  const Result<bool> flushed = view_->flush();
  if (!flushed) {
    control_.abandon(flushed.error());
    return Next::done();
  }
  is_flushing_ = !*flushed;
  watch_terminal();
  return is_flushing_ ? Next::wait() : Next::again();
}

// While the terminal stands still a new size can do nothing but wait: it would only keep us awake.
void Viewer::watch_terminal() {
  poller_.watch(view_->output(), is_flushing_ ? Interest::Write : Interest::Hangup, kOutputToken);
  poller_.watch(view_->resized(), is_flushing_ ? Interest::Hangup : Interest::Read, kSizeToken);
}

}  // namespace wordstream

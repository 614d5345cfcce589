#include "engine/page.h"

#include <string>
#include <utility>
#include <vector>

namespace wordstream {

Result<std::unique_ptr<Page>> Page::open(const Config& config, const Env& env, Control& control,
                                         StatusBoard& board) {
  if (!config.http) return std::unique_ptr<Page>();
  Result<std::unique_ptr<Listener>> listener = env.network.listen(config.http->address);
  if (!listener) return fail(listener.error().code, "--http: " + listener.error().message);
  std::vector<std::string> sinks;
  for (const SinkChoice& sink : config.sinks) sinks.push_back(sink.target->name(env.files));
  board.keep_record(sinks, env.clock);
  const std::string address = (*listener)->address();
  board.on(event::PageServed{address});
  if (!is_loopback(config.http->address)) board.on(event::PageOpenToOthers{address});
  return std::unique_ptr<Page>(new Page(config, env, control, board, std::move(*listener)));
}

Page::Page(const Config& config, const Env& env, Control& control, StatusBoard& board,
           std::unique_ptr<Listener> listener)
    : poller_(env.make_poller()),
      showcase_(*poller_),
      server_(config, env, control, std::move(listener), showcase_, board, *poller_) {}

void Page::serve_beside() {
  Result<Thread> thread = Thread::start([this] {
    while (!is_over_) {
      const Next next = server_.step();
      if (next.kind == Next::Kind::Done) return;
      poller_->wait(next.until);
    }
  });
  if (thread) thread_ = std::move(*thread);
}

void Page::end_beside() {
  is_over_ = true;
  poller_->wake();
  thread_.reset();  // waits for it
}

}  // namespace wordstream

#include "sim/network.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace wordstream::sim {

/// The program's end of a connection.
class FakeSocket final : public Socket {
 public:
  FakeSocket(Handles& handles, Peer& peer, std::string address)
      : peer_(peer),
        address_(std::move(address)),
        entry_(handles, [this] { return peer_.readiness(); }) {}
  ~FakeSocket() override { peer_.is_abandoned_ = true; }

  int handle() const override { return entry_.number(); }
  std::string peer() const override { return address_; }
  Result<Read> read(std::span<char> into) override { return peer_.read(into); }
  Result<std::size_t> write(std::string_view bytes) override { return peer_.write(bytes); }

  Result<bool> is_connected() override {
    if (!peer_.failure_.empty()) return fail(ErrorCode::Unavailable, peer_.failure_);
    return peer_.state_ != Peer::State::Connecting;
  }

 private:
  Peer& peer_;
  std::string address_;
  Handles::Entry entry_;
};

class FakeListener final : public Listener {
 public:
  FakeListener(FakeNetwork& network, std::string address)
      : network_(network),
        address_(std::move(address)),
        door_(network.doors_[address_]),
        entry_(network.handles_, [this] { return Readiness{.readable = !door_.waiting.empty()}; }) {
  }

  ~FakeListener() override {
    for (Peer* const peer : door_.waiting) peer->reset();
    const std::string path = address_.substr(address_.find(':') + 1);
    if (door_.file && network_.disk_.find(path) == door_.file) network_.disk_.remove(path);
    network_.doors_.erase(address_);
  }

  int handle() const override { return entry_.number(); }
  std::string address() const override { return address_; }

  Result<std::unique_ptr<Socket>> accept() override {
    if (door_.waiting.empty()) return std::unique_ptr<Socket>();
    if (network_.is_short_of_descriptors) {
      return fail(ErrorCode::Unavailable, "Too many open files");
    }
    Peer& peer = *door_.waiting.front();
    door_.waiting.pop_front();
    network_.trace_.note("connection {}: accepted", peer.number());
    return std::make_unique<FakeSocket>(network_.handles_, peer,
                                        fmt::format("client:{}", peer.number()));
  }

 private:
  FakeNetwork& network_;
  std::string address_;
  FakeNetwork::Door& door_;
  Handles::Entry entry_;
};

/// Known after a while, as answers from name servers are.
class FakeResolution final : public Resolution {
 public:
  using Answer = Result<std::vector<Address>>;

  FakeResolution(const FakeClock& clock, Handles& handles, SteadyTime known_at, Answer answer)
      : clock_(clock),
        known_at_(known_at),
        answer_(std::move(answer)),
        entry_(handles, [this] { return Readiness{.readable = is_known()}; }) {}

  int handle() const override { return entry_.number(); }

  Result<std::optional<std::vector<Address>>> addresses() override {
    if (!is_known()) return std::optional<std::vector<Address>>();
    if (!answer_) return fail(answer_);
    return std::optional(*answer_);
  }

 private:
  bool is_known() const { return clock_.steady() >= known_at_; }

  const FakeClock& clock_;
  SteadyTime known_at_;
  Answer answer_;
  Handles::Entry entry_;
};

namespace {

/// Something must happen at the end of a delay, or a fake poller could sleep past it.
void wake_world() {}

/// How long a kernel tries to reach somebody who is silent.
constexpr auto kSilence = std::chrono::seconds(127);
constexpr std::uint16_t kChosenPortFirst = 40'000;
constexpr std::array<const char*, 4> kOwnHosts{"127.0.0.1", "::1", "0.0.0.0", "::"};

bool is_numeric(const std::string& host) {
  return host.find(':') != std::string::npos ||
         host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

Peer::Peer(std::size_t number, std::size_t window, Prng& prng, Trace& trace)
    : number_(number), window_(window), prng_(prng), trace_(trace) {}

std::size_t Peer::send(std::string_view bytes) {
  if (state_ != State::Open || is_abandoned_) return 0;
  const std::size_t taken = std::min(bytes.size(), window_ - unread_.size());
  unread_ += bytes.substr(0, taken);
  return taken;
}

void Peer::close() {
  takes_bytes_ = false;
  sent_.clear();
  finish();
}

void Peer::finish() {
  if (state_ != State::Open) return;
  state_ = State::Closed;
  trace_.note("connection {}: closed by its peer", number_);
}

std::string Peer::receive() {
  const std::size_t taken = sent_.empty() ? 0 : prng_.part_of(sent_.size());
  std::string bytes = sent_.substr(0, taken);
  sent_.erase(0, taken);
  return bytes;
}

void Peer::reset() {
  if (state_ != State::Open) return;
  state_ = State::Reset;
  failure_ = "Connection reset by peer";
  unread_.resize(prng_.below(unread_.size() + 1));
  if (!sent_.empty()) sent_.resize(prng_.below(sent_.size() + 1));
  trace_.note("connection {}: reset, {} bytes left to read", number_, unread_.size());
}

bool Peer::is_owed() const {
  const bool stands = state_ == State::Open || state_ == State::Closed;
  const bool is_end_untold = state_ == State::Closed && !read_.empty() && !was_drained_;
  return stands && (!unread_.empty() || is_end_untold);
}

Readiness Peer::readiness() const {
  switch (state_) {
    case State::Connecting:
      return {};
    case State::Open:
      return {.readable = !unread_.empty(), .writable = sent_.size() < window_};
    case State::Closed:
      return {.readable = true, .writable = !takes_bytes_ || sent_.size() < window_};
    case State::Failed:
    case State::Reset:
      break;
  }
  return {.readable = true, .writable = true, .hung_up = true};
}

Result<Read> Peer::read(std::span<char> into) {
  WS_CHECK(!into.empty(), "reading into a buffer");
  WS_CHECK(state_ != State::Connecting && !was_drained_, "reading what can be read");
  if (unread_.empty()) {
    if (state_ == State::Open) return Read{Read::State::NotNow};
    trace_.note("connection {}: end seen", number_);
    if (state_ != State::Closed) return fail(ErrorCode::Unavailable, failure_);
    was_drained_ = true;
    return Read{Read::State::Ended};
  }
  const std::size_t taken = prng_.part_of(std::min(into.size(), unread_.size()));
  unread_.copy(into.data(), taken);
  read_.append(unread_, 0, taken);
  unread_.erase(0, taken);
  trace_.note("connection {}: read {} bytes", number_, taken);
  return Read{Read::State::Data, taken};
}

/// To a peer that has closed bytes go until its kernel has said so.
Result<std::size_t> Peer::write(std::string_view bytes) {
  WS_CHECK(state_ != State::Connecting && state_ != State::Failed, "writing where it stands");
  if (state_ == State::Reset) return fail(ErrorCode::Unavailable, failure_);
  if (!takes_bytes_) {
    if (prng_.one_in(2)) return fail(ErrorCode::Unavailable, "Broken pipe");
    return bytes.size();
  }
  const std::size_t room = std::min(bytes.size(), window_ - std::min(window_, sent_.size()));
  const std::size_t taken = room == 0 ? 0 : prng_.part_of(room);
  sent_.append(bytes.substr(0, taken));
  return taken;
}

FakeNetwork::FakeNetwork(FakeClock& clock, Timeline& timeline, Handles& handles, Prng& prng,
                         Trace& trace, FakeDisk& disk)
    : clock_(clock),
      timeline_(timeline),
      handles_(handles),
      prng_(prng),
      trace_(trace),
      disk_(disk) {
  name("localhost", {"::1", "127.0.0.1"});
}

FakeNetwork::~FakeNetwork() = default;

std::unique_ptr<Resolution> FakeNetwork::resolve(const Endpoint& endpoint) {
  const Nanos delay = is_numeric(endpoint.host) ? Nanos(0) : some_delay();
  timeline_.after(delay, wake_world);
  const SteadyTime known_at = clock_.steady() + delay;
  std::vector<Address> addresses = addresses_of(endpoint);
  FakeResolution::Answer answer = fail(ErrorCode::Unavailable, "Name or service not known");
  if (!addresses.empty()) answer = std::move(addresses);
  return std::make_unique<FakeResolution>(clock_, handles_, known_at, std::move(answer));
}

Result<std::unique_ptr<Socket>> FakeNetwork::connect(const Address& address) {
  const bool is_refused = servers_[address.raw].answer == Answer::Refuse;
  if (is_refused && prng_.one_in(2)) return fail(ErrorCode::Unavailable, "Connection refused");
  Peer& peer = make_peer();
  trace_.note("connection {}: to {}", peer.number(), address.text);
  const bool is_silent = servers_[address.raw].answer == Answer::Silence;
  timeline_.after(is_silent ? kSilence : some_delay(),
                  [this, &peer, to = address.raw] { settle(peer, to); });
  return std::make_unique<FakeSocket>(handles_, peer, address.text);
}

Result<std::unique_ptr<Listener>> FakeNetwork::listen(const Endpoint& endpoint) {
  const auto refused = [&](std::string_view why) {
    return fail(ErrorCode::Unavailable,
                fmt::format("cannot listen on {}: {}", to_text(endpoint), why));
  };
  if (endpoint.is_path()) {
    if (const Status made = make_socket_file(endpoint); !made) return fail(made);
    return std::make_unique<FakeListener>(*this, to_text(endpoint));
  }
  if (addresses_of(endpoint).empty()) return refused("Name or service not known");
  const std::string host =
      is_numeric(endpoint.host) ? endpoint.host : names_[endpoint.host].front();
  if (std::find(kOwnHosts.begin(), kOwnHosts.end(), host) == kOwnHosts.end()) {
    return refused("Cannot assign requested address");
  }
  Endpoint at{host, endpoint.port == 0 ? kChosenPortFirst : endpoint.port};
  while (endpoint.port == 0 && doors_.contains(to_text(at))) ++at.port;
  if (doors_.contains(to_text(at))) return refused("Address already in use");
  return std::make_unique<FakeListener>(*this, to_text(at));
}

/// What stands at a path is no listener's unless it is the file that his door has.
Status FakeNetwork::make_socket_file(const Endpoint& endpoint) {
  const std::string address = to_text(endpoint);
  const auto refused = [&](ErrorCode code, std::string_view why) {
    return fail(code, fmt::format("cannot listen on {}: {}", address, why));
  };
  const bool is_named = endpoint.path.front() == '@';
  const auto found = is_named ? nullptr : disk_.find(endpoint.path);
  const auto door = doors_.find(address);
  if (door != doors_.end() && door->second.file == found) {
    return refused(ErrorCode::Unavailable, "somebody listens there");
  }
  WS_CHECK(door == doors_.end(), "one listener at a path");
  if (is_named) return {};
  if (!disk_.has(parent_of(rooted(endpoint.path)))) {
    return refused(ErrorCode::CannotCreate, "No such file or directory");
  }
  if (found && found->info().kind != FileInfo::Kind::Socket) {
    return refused(ErrorCode::CannotCreate, "what stands there is no socket");
  }
  if (found) disk_.remove(endpoint.path);
  doors_[address].file = disk_.make_socket(endpoint.path);
  return {};
}

void FakeNetwork::answer(const std::string& address, Answer answer,
                         std::function<void(Peer&)> on_connect) {
  servers_[address] = Server{answer, std::move(on_connect)};
}

void FakeNetwork::name(const std::string& host, std::vector<std::string> hosts) {
  names_[host] = std::move(hosts);
}

Peer* FakeNetwork::dial(const std::string& address) {
  const auto door = doors_.find(address);
  if (door == doors_.end()) return nullptr;
  Peer& peer = make_peer();
  peer.state_ = Peer::State::Open;
  door->second.waiting.push_back(&peer);
  trace_.note("connection {}: at the door", peer.number());
  return &peer;
}

Peer& FakeNetwork::make_peer() {
  peers_.push_back(std::unique_ptr<Peer>(new Peer(peers_.size(), window, prng_, trace_)));
  return *peers_.back();
}

/// It is known how connecting ended: what counts is who is there now.
void FakeNetwork::settle(Peer& peer, const std::string& address) {
  const Server server = servers_[address];
  peer.state_ = server.answer == Answer::Accept ? Peer::State::Open : Peer::State::Failed;
  switch (server.answer) {
    case Answer::Accept:
      // Who has already given up is never seen at the other end.
      if (server.on_connect && !peer.is_abandoned_) server.on_connect(peer);
      break;
    case Answer::Refuse:
      peer.failure_ = "Connection refused";
      break;
    case Answer::Silence:
      peer.failure_ = "Connection timed out";
      break;
    case Answer::ReachItself:
      peer.failure_ = "the connection reached itself";
      break;
  }
  trace_.note("connection {}: {}", peer.number(), peer.failure_.empty() ? "stands" : "failed");
}

std::vector<Address> FakeNetwork::addresses_of(const Endpoint& endpoint) const {
  if (endpoint.is_path()) return {{to_text(endpoint), to_text(endpoint)}};
  std::vector<std::string> hosts{endpoint.host};
  if (!is_numeric(endpoint.host)) {
    const auto found = names_.find(endpoint.host);
    hosts = found == names_.end() ? std::vector<std::string>() : found->second;
  }
  std::vector<Address> addresses;
  for (const std::string& host : hosts) {
    const std::string text = to_text(Endpoint{host, endpoint.port});
    addresses.push_back(Address{text, text});
  }
  return addresses;
}

Nanos FakeNetwork::some_delay() { return std::chrono::microseconds(prng_.below(5000)); }

}  // namespace wordstream::sim

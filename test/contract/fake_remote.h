// The other end of a connection in the fake world.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "contract/outside.h"
#include "sim/network.h"

namespace wordstream::contract {

class FakeRemote final : public Remote {
 public:
  explicit FakeRemote(sim::Peer& peer) : peer_(peer) {}
  ~FakeRemote() override { peer_.close(); }

  void send(std::string_view bytes) override {
    WS_CHECK(peer_.send(bytes) == bytes.size(), "sending within the window");
  }
  std::string receive(std::size_t size) override {
    while (received_.size() < size && !peer_.is_over()) received_ += peer_.receive();
    return std::exchange(received_, received_.substr(std::min(size, received_.size())))
        .substr(0, size);
  }
  void finish() override { peer_.finish(); }
  void close() override { peer_.close(); }
  void reset() override { peer_.reset(); }

 private:
  sim::Peer& peer_;
  std::string received_;  // and not asked for
};

}  // namespace wordstream::contract

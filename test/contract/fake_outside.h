// The fake world as the other side of its own doors.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "contract/fake_remote.h"
#include "contract/outside.h"
#include "sim/world.h"

namespace wordstream::contract {

class FakeOutside final : public Outside {
 public:
  FakeOutside() { world_.disk.make_directory(kDirectory); }

  Clock& clock() override { return world_.clock; }
  Network& network() override { return world_.network; }
  Files& files() override { return world_.files; }
  Storage& storage() override { return world_.storage; }
  std::unique_ptr<Poller> make_poller() override { return world_.make_poller(); }

  void meanwhile(std::function<void()> event) override {
    world_.timeline.after(Millis(1), std::move(event));
  }
  void settle() override {}
  std::size_t open_count() override {
    return world_.handles.open_count() + world_.disk.open_count();
  }

  std::uint16_t serve() override {
    world_.network.answer("127.0.0.1:9000", sim::FakeNetwork::Answer::Accept,
                          [this](sim::Peer& peer) { arrived_ = &peer; });
    return 9000;
  }
  void serve_at(const std::string& path) override {
    world_.network.answer("unix:" + path, sim::FakeNetwork::Answer::Accept,
                          [this](sim::Peer& peer) { arrived_ = &peer; });
  }
  void leave_socket(const std::string& path) override { world_.disk.make_socket(path); }
  std::unique_ptr<Remote> take() override {
    WS_CHECK(arrived_ != nullptr, "taking a connection");
    return std::make_unique<FakeRemote>(*std::exchange(arrived_, nullptr));
  }
  std::uint16_t dead_port() override { return 9001; }
  std::unique_ptr<Remote> dial(const std::string& address) override {
    sim::Peer* const peer = world_.network.dial(address);
    WS_CHECK(peer != nullptr, "connecting to a listener");
    return std::make_unique<FakeRemote>(*peer);
  }
  void take_descriptors() override { world_.network.is_short_of_descriptors = true; }
  void return_descriptors() override { world_.network.is_short_of_descriptors = false; }

  std::string path(const std::string& name) override { return kDirectory + "/" + name; }
  void append(const std::string& name, std::string_view bytes) override {
    world_.disk.append(path(name), bytes);
  }
  void truncate(const std::string& name, std::size_t size) override {
    world_.disk.truncate(path(name), size);
  }
  void rename(const std::string& from, const std::string& to) override {
    world_.disk.rename(path(from), path(to));
  }
  void copy(const std::string& from, const std::string& to) override {
    world_.disk.copy(path(from), path(to));
  }
  void write_at(const std::string& name, std::uint64_t offset, std::string_view bytes) override {
    world_.disk.write_at(path(name), offset, bytes);
  }
  void remove(const std::string& name) override { world_.disk.remove(path(name)); }
  void make_directory(const std::string& name) override { world_.disk.make_directory(path(name)); }
  bool forbid(const std::string& name) override {
    world_.disk.forbid(path(name));
    return true;
  }

  std::string text(const std::string& name) override { return world_.disk.text(path(name)); }
  void put(const std::string& name, std::string_view text) override {
    world_.disk.put(path(name), text);
  }
  void fill_disk() override { world_.disk.is_full = true; }
  void empty_disk() override { world_.disk.is_full = false; }
  std::int64_t pid() override { return world_.storage.pid(); }

  Result<std::unique_ptr<File>> input_pipe() override {
    world_.files.pipe_stdin();
    return world_.files.standard_input();
  }
  Result<std::unique_ptr<File>> input_socket() override {
    world_.files.connect_stdin();
    return world_.files.standard_input();
  }
  Result<std::unique_ptr<File>> input_file(const std::string& name, std::size_t offset) override {
    world_.files.redirect_stdin(path(name), offset);
    return world_.files.standard_input();
  }
  Result<std::unique_ptr<File>> input_closed() override { return world_.files.standard_input(); }
  void write_input(std::string_view bytes) override { world_.files.write_stdin(bytes); }
  void end_input() override { world_.files.end_stdin(); }

  Result<std::unique_ptr<Output>> output_pipe() override {
    world_.files.out.stall();
    return world_.files.standard_output();
  }
  Result<std::unique_ptr<Output>> output_closed() override {
    world_.files.out.was_closed_at_start = true;
    return world_.files.standard_output();
  }
  Result<std::unique_ptr<Terminal>> output_terminal() override {
    world_.files.out.stall();
    world_.files.out.is_terminal = true;
    return world_.files.standard_terminal();
  }
  Result<std::unique_ptr<Terminal>> pipe_as_terminal() override {
    return world_.files.standard_terminal();
  }
  void resize(ScreenSize to) override { world_.files.out.resize(to); }
  std::string take_output() override {
    world_.files.out.resume();
    world_.files.out.stall();
    return world_.files.out.text().substr(std::exchange(taken_, world_.files.out.text().size()));
  }
  void leave_output() override { world_.files.out.close(); }

 private:
  static inline const std::string kDirectory = "/outside";

  sim::World world_{1};
  sim::Peer* arrived_ = nullptr;
  std::size_t taken_ = 0;
};

}  // namespace wordstream::contract

// What stands on the other side of the doors while their contracts are tested: the kernel's own
// (real_outside.h) or the fake world (fake_outside.h). The suites here run against both, so what
// the simulation proves on the fake doors holds for the real ones as far as the contracts go.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "env/clock.h"
#include "env/files.h"
#include "env/network.h"
#include "env/poller.h"
#include "env/storage.h"

namespace wordstream::contract {

/// The far end of a connection of the door's.
class Remote {
 public:
  virtual ~Remote() = default;
  virtual void send(std::string_view bytes) = 0;
  /// The next bytes of the door's, as many as that: waits for them, or for the end, and returns
  /// what has come.
  virtual std::string receive(std::size_t size) = 0;
  /// Sends nothing any more, and receives on.
  virtual void finish() = 0;
  /// In order: what was sent still arrives.
  virtual void close() = 0;
  /// Without order: the other end finds the connection broken.
  virtual void reset() = 0;
};

/// Around the network. All of it is on 127.0.0.1, or at paths.
class NetworkSide {
 public:
  virtual ~NetworkSide() = default;
  /// Somebody listens; returns the port. take() gives the connections that were made to it.
  virtual std::uint16_t serve() = 0;
  virtual std::unique_ptr<Remote> take() = 0;
  /// The same at a path.
  virtual void serve_at(const std::string& path) = 0;
  /// A socket file that nobody has any more.
  virtual void leave_socket(const std::string& path) = 0;
  /// A port where nobody listens.
  virtual std::uint16_t dead_port() = 0;
  /// Somebody connects to a listener of the door's, by its address().
  virtual std::unique_ptr<Remote> dial(const std::string& address) = 0;
  /// Makes descriptors run out, and be there again.
  virtual void take_descriptors() = 0;
  virtual void return_descriptors() = 0;
};

/// Around the files. Names are relative to a fresh directory; path() is what the door is told.
class FilesSide {
 public:
  virtual ~FilesSide() = default;
  virtual std::string path(const std::string& name) = 0;
  virtual void append(const std::string& name, std::string_view bytes) = 0;
  virtual void truncate(const std::string& name, std::size_t size) = 0;
  /// Takes the place of what is there; so does a copy, which is a new file.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void copy(const std::string& from, const std::string& to) = 0;
  /// Behind the end it leaves a hole.
  virtual void write_at(const std::string& name, std::uint64_t offset, std::string_view bytes) = 0;
  virtual void remove(const std::string& name) = 0;
  virtual void make_directory(const std::string& name) = 0;
  /// Takes the right to read away. Returns false where the tests' user may read everything.
  virtual bool forbid(const std::string& name) = 0;
};

/// Around the storage, in the same directory.
class StorageSide {
 public:
  virtual ~StorageSide() = default;
  /// What others read in a file that the storage has.
  virtual std::string text(const std::string& name) = 0;
  /// Replaces what such a file holds, or makes it.
  virtual void put(const std::string& name, std::string_view text) = 0;
  /// No file grows any more, or can again.
  virtual void fill_disk() = 0;
  virtual void empty_disk() = 0;
  /// By which the storage's process is known.
  virtual std::int64_t pid() = 0;
};

/// The standard streams, opened through the door as the process would find them.
class StreamsSide {
 public:
  virtual ~StreamsSide() = default;
  virtual Result<std::unique_ptr<File>> input_pipe() = 0;
  virtual Result<std::unique_ptr<File>> input_socket() = 0;
  /// A file that whoever started the process has read up to `offset`.
  virtual Result<std::unique_ptr<File>> input_file(const std::string& name, std::size_t offset) = 0;
  virtual Result<std::unique_ptr<File>> input_closed() = 0;
  virtual void write_input(std::string_view bytes) = 0;
  virtual void end_input() = 0;
  virtual Result<std::unique_ptr<Output>> output_pipe() = 0;
  virtual Result<std::unique_ptr<Output>> output_closed() = 0;
  /// A standard output that is a terminal of 80 columns and 24 lines.
  virtual Result<std::unique_ptr<Terminal>> output_terminal() = 0;
  /// The pipe, opened as a terminal.
  virtual Result<std::unique_ptr<Terminal>> pipe_as_terminal() = 0;
  virtual void resize(ScreenSize to) = 0;
  /// What the reader of the output finds there now.
  virtual std::string take_output() = 0;
  virtual void leave_output() = 0;
};

/// All of it, and the doors themselves.
class Outside : public NetworkSide, public FilesSide, public StorageSide, public StreamsSide {
 public:
  virtual Clock& clock() = 0;
  virtual Network& network() = 0;
  virtual Files& files() = 0;
  virtual Storage& storage() = 0;
  virtual std::unique_ptr<Poller> make_poller() = 0;

  /// Lets `event` happen by somebody else's hand during the next wait, or shortly before it.
  virtual void meanwhile(std::function<void()> event) = 0;
  /// Returns when all such events are over: what they touch may go.
  virtual void settle() = 0;
  /// How many descriptors are open, or what stands for them.
  virtual std::size_t open_count() = 0;
};

}  // namespace wordstream::contract

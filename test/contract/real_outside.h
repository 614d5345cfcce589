// The kernel as the other side of the real doors: ports that it chooses, a fresh directory, and
// pipes in the place of the standard streams.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "contract/outside.h"
#include "env/descriptor.h"

namespace wordstream::contract {

class RealOutside final : public Outside {
 public:
  RealOutside();
  ~RealOutside() override;
  RealOutside(const RealOutside&) = delete;
  RealOutside& operator=(const RealOutside&) = delete;

  Clock& clock() override { return clock_; }
  Network& network() override { return *network_; }
  Files& files() override { return *files_; }
  Storage& storage() override { return *storage_; }
  std::unique_ptr<Poller> make_poller() override { return make_real_poller().value(); }

  void meanwhile(std::function<void()> event) override;
  void settle() override;
  std::size_t open_count() override;

  std::uint16_t serve() override;
  void serve_at(const std::string& path) override;
  void leave_socket(const std::string& path) override;
  std::unique_ptr<Remote> take() override;
  std::uint16_t dead_port() override;
  std::unique_ptr<Remote> dial(const std::string& address) override;
  void take_descriptors() override;
  void return_descriptors() override;

  std::string path(const std::string& name) override { return directory_ + "/" + name; }
  void append(const std::string& name, std::string_view bytes) override;
  void truncate(const std::string& name, std::size_t size) override;
  void rename(const std::string& from, const std::string& to) override;
  void copy(const std::string& from, const std::string& to) override;
  void write_at(const std::string& name, std::uint64_t offset, std::string_view bytes) override;
  void remove(const std::string& name) override;
  void make_directory(const std::string& name) override;
  bool forbid(const std::string& name) override;
  std::string text(const std::string& name) override;
  void put(const std::string& name, std::string_view text) override;
  void fill_disk() override;
  void empty_disk() override;
  std::int64_t pid() override;

  Result<std::unique_ptr<File>> input_pipe() override;
  Result<std::unique_ptr<File>> input_socket() override;
  Result<std::unique_ptr<File>> input_file(const std::string& name, std::size_t offset) override;
  Result<std::unique_ptr<File>> input_closed() override;
  void write_input(std::string_view bytes) override;
  void end_input() override { writer_ = Descriptor(); }
  Result<std::unique_ptr<Output>> output_pipe() override;
  Result<std::unique_ptr<Output>> output_closed() override;
  Result<std::unique_ptr<Terminal>> output_terminal() override;
  Result<std::unique_ptr<Terminal>> pipe_as_terminal() override;
  void resize(ScreenSize to) override;
  std::string take_output() override;
  void leave_output() override { reader_ = Descriptor(); }

 private:
  void set_window(ScreenSize to);

  RealClock clock_;
  std::unique_ptr<Network> network_ = make_real_network();
  std::unique_ptr<Files> files_ = make_real_files();
  std::unique_ptr<Storage> storage_ = make_real_storage();
  std::string directory_;
  std::vector<std::thread> others_;
  Descriptor server_;
  Descriptor writer_;  // of the pipe that is stdin
  Descriptor reader_;  // of the pipe or terminal that is stdout
  std::optional<std::uint64_t> descriptor_count_max_;
  std::optional<std::uint64_t> file_size_max_;
};

}  // namespace wordstream::contract

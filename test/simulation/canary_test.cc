// The tests of the tests: bugs are planted, between the program and the world or in what went out,
// and the judge must find them. A swarm that is blind to these would be blind to others.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "catch.h"
#include "simulation/scenario.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

/// What a bug makes of the bytes of one read: returns how many of them are left.
using Bug = std::function<std::size_t(std::span<char> room, std::size_t size)>;

class BuggyFile final : public File {
 public:
  BuggyFile(std::unique_ptr<File> file, const Bug& bug) : file_(std::move(file)), bug_(bug) {}

  int handle() const override { return file_->handle(); }
  Result<FileInfo> info() const override { return file_->info(); }
  Result<std::uint64_t> offset() const override { return file_->offset(); }
  Status seek(std::uint64_t offset) override { return file_->seek(offset); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    return file_->read_at(offset, into);
  }
  Result<std::uint64_t> next_data(std::uint64_t offset) const override {
    return file_->next_data(offset);
  }
  Result<Read> read(std::span<char> into) override {
    Result<Read> read = file_->read(into);
    if (!read || read->state != Read::State::Data) return read;
    read->bytes = bug_(into, read->bytes);
    if (read->bytes == 0) read->state = Read::State::NotNow;
    return read;
  }

 private:
  std::unique_ptr<File> file_;
  const Bug& bug_;
};

class BuggyFiles final : public Files {
 public:
  BuggyFiles(Files& files, Bug bug) : files_(files), bug_(std::move(bug)) {}

  Result<std::unique_ptr<File>> open(const std::string& path) override {
    return spoil(files_.open(path));
  }
  Result<FileInfo> info(const std::string& path) override { return files_.info(path); }
  bool tells_changes(const std::string& path) const override { return files_.tells_changes(path); }
  Result<std::vector<Sibling>> matching(const std::string& pattern) override {
    return files_.matching(pattern);
  }
  Result<std::vector<Sibling>> siblings(const std::string& path) override {
    return files_.siblings(path);
  }
  Result<std::unique_ptr<FileWatch>> make_watch() override { return files_.make_watch(); }
  std::string absolute(const std::string& path) const override { return files_.absolute(path); }
  Result<std::unique_ptr<File>> standard_input() override { return spoil(files_.standard_input()); }
  Result<std::unique_ptr<Output>> standard_output() override { return files_.standard_output(); }
  Result<std::unique_ptr<Terminal>> standard_terminal() override {
    return files_.standard_terminal();
  }

 private:
  Result<std::unique_ptr<File>> spoil(Result<std::unique_ptr<File>> file) {
    if (!file) return file;
    return std::make_unique<BuggyFile>(std::move(*file), bug_);
  }

  Files& files_;
  Bug bug_;
};

/// How many of a hundred runs are found wrong when every read goes through `bug`.
int found_in_reading(const Bug& bug) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Scenario scenario(OriginKind::Stream, seed);
    BuggyFiles files(scenario.world().files, bug);
    scenario.replace_doors = [&](const Env& env) {
      return Env{env.clock,   env.network,      env.kafka,       files,
                 env.storage, env.memory,       env.make_poller, env.hash_key,
                 env.new_id,  env.epoch_chance, env.process};
    };
    if (scenario.run()) ++count;
  }
  return count;
}

/// How many of a hundred runs are found wrong when `spoil` has changed their output.
int found_in_output(const std::function<void(std::string&)>& spoil) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Scenario scenario(OriginKind::Clients, seed);
    scenario.spoil_output = spoil;
    if (scenario.run()) ++count;
  }
  return count;
}

/// The end of the first row, 0 when there is none.
std::size_t first_row(const std::string& output) { return output.find('\n') + 1; }

}  // namespace

TEST_CASE("without a planted bug nothing is found", "[simulation]") {
  CHECK(found_in_reading([](std::span<char>, std::size_t size) { return size; }) == 0);
  CHECK(found_in_output([](std::string&) {}) == 0);
}

TEST_CASE("a byte lost at the end of each read is found", "[simulation]") {
  CHECK(found_in_reading([](std::span<char>, std::size_t size) { return size - 1; }) > 50);
}

TEST_CASE("a byte changed in one read is found", "[simulation]") {
  CHECK(found_in_reading([](std::span<char> room, std::size_t size) {
          room.front() = room.front() == 'x' ? 'y' : 'x';
          return size;
        }) > 50);
}

TEST_CASE("a read that comes twice is found", "[simulation]") {
  CHECK(found_in_reading([](std::span<char> room, std::size_t size) {
          if (2 * size > room.size()) return size;
          std::copy_n(room.begin(), size, room.begin() + static_cast<std::ptrdiff_t>(size));
          return 2 * size;
        }) > 50);
}

TEST_CASE("a row left out of the output is found", "[simulation]") {
  CHECK(found_in_output([](std::string& output) { output.erase(0, first_row(output)); }) > 50);
}

TEST_CASE("a row that stands twice in the output is found", "[simulation]") {
  CHECK(found_in_output([](std::string& output) {
          output.insert(0, output.substr(0, first_row(output)));
        }) > 50);
}

TEST_CASE("a batch that comes again at the end is found", "[simulation]") {
  CHECK(found_in_output(
            [](std::string& output) { output += output.substr(0, first_row(output)); }) > 50);
}

TEST_CASE("a batch under a wrong label is found", "[simulation]") {
  CHECK(found_in_output([](std::string& output) {
          // The first digits of a row are its start: a few years earlier.
          if (!output.empty()) --output.front();
        }) > 50);
}

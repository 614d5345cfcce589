#include "server/rsyslog.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <regex>

#include "catch.h"
#include "cli/file_events.h"
#include "e2e/transcript.h"

namespace wordstream::server {
namespace {

namespace fs = std::filesystem;
using cli::Program;
using cli::Setup;

constexpr const char* kProgram = "/usr/sbin/rsyslogd";

/// What the document has, with other names.
std::string configuration(const std::map<std::string, std::string>& names) {
  std::string text =
      e2e::read_block(cli::read_file(WORDSTREAM_SOURCE_DIR "/docs/protocol.md"), "rsyslog");
  for (const auto& [from, to] : names) {
    const std::size_t at = text.find(from);
    INFO(from << " in\n" << text);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Modules are in a directory that is named by the machine.
bool has_module(const char* name) {
  const auto directories = fs::directory_iterator("/usr/lib");
  return std::any_of(begin(directories), end(directories), [&](const fs::directory_entry& each) {
    return fs::exists(each.path() / "rsyslog" / name);
  });
}

}  // namespace

bool Rsyslog::is_installed() {
  const bool is_there = fs::exists(kProgram) && has_module("omrelp.so");
  if (!is_there) {
    WARN("SKIPPED: rsyslog and rsyslog-relp are not installed, run scripts/bootstrap --test");
  }
  return is_there;
}

Rsyslog::Rsyslog(int port, Lines lines) {
  fs::create_directory(own_ / "work");
  own_.write(
      "conf",
      configuration({{"/var/spool/rsyslog", own_ / "work"},
                     {"\"9999\"", fmt::format("\"{}\"", port)},
                     {" template=\"keyed\"", lines == Lines::Keyed ? " template=\"keyed\"" : ""},
                     {"/var/log/app.log", log_path()}}));
}

void Rsyslog::start() {
  program_.emplace(
      std::vector<std::string>{kProgram, "-n", "-C", "-f", own_ / "conf", "-i", own_ / "pid"},
      Setup{.directory = own_.path()});
}

void Rsyslog::stop() {
  program_->send_signal(SIGTERM);
  program_->wait_exit();
  fs::remove(own_ / "pid");
}

void Rsyslog::crash() {
  program_->send_signal(SIGKILL);
  program_->expect_exit(cli::died_of(SIGKILL));
  // With its file there it would not start again.
  fs::remove(own_ / "pid");
}

void Rsyslog::forget() const {
  for (const auto& file : fs::directory_iterator(own_ / "work")) fs::remove(file);
}

void Rsyslog::wait_until_read(std::uint64_t offset) const {
  cli::FileEvents events;
  events.watch(own_ / "work");
  while (noted_offset() < offset) REQUIRE(events.wait() > 0);
}

std::uint64_t Rsyslog::noted_offset() const {
  static const std::regex kOffset("\"curr_offs\": ([0-9]+)");
  for (const auto& file : fs::directory_iterator(own_ / "work")) {
    const std::string name = file.path().filename();
    if (!name.starts_with("imfile-state") || name.ends_with(".tmp")) continue;
    const std::string text = cli::read_file(file.path());
    std::smatch match;
    if (std::regex_search(text, match, kOffset)) return std::stoull(match[1]);
  }
  return 0;
}

}  // namespace wordstream::server

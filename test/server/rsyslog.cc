#include "server/rsyslog.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <regex>

#include "catch.h"
#include "cli/file_events.h"

namespace wordstream::server {
namespace {

namespace fs = std::filesystem;
using cli::Program;
using cli::Setup;

constexpr const char* kProgram = "/usr/sbin/rsyslogd";

/// Fields: the work directory, what names a template, the port, the log.
constexpr const char* kConfiguration = R"(
global(workDirectory="{}" maxMessageSize="1m")
module(load="imfile" mode="inotify")
module(load="omrelp")
template(name="keyed" type="string" string="%$!metadata!filename%@%$!metadata!fileoffset% %msg%")
main_queue(queue.type="Direct")
ruleset(name="ship") {{
  action(type="omrelp" target="127.0.0.1" port="{}" {}
         windowSize="5000" timeout="5" queue.type="Direct"
         action.resumeRetryCount="-1" action.resumeInterval="1" action.resumeIntervalMax="1")
}}
input(type="imfile" file="{}" tag="in" addMetadata="on" ruleset="ship"
      persistStateInterval="100" freshStartTail="off")
)";

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
  own_.write("conf", fmt::format(fmt::runtime(kConfiguration), own_ / "work", port,
                                 lines == Lines::Keyed ? "template=\"keyed\"" : "", log_path()));
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

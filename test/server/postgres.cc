#include "server/postgres.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "catch.h"

namespace wordstream::server {
namespace {

namespace fs = std::filesystem;
using cli::Program;
using cli::Setup;
using cli::User;

constexpr uid_t kNobody = 65534;

/// Where Debian keeps the server's programs, of the newest version that there is.
std::string programs() {
  std::string newest;
  const fs::path versions = "/usr/lib/postgresql";
  if (!fs::is_directory(versions)) return newest;
  for (const auto& version : fs::directory_iterator(versions)) {
    const fs::path its_programs = version.path() / "bin";
    if (fs::exists(its_programs / "initdb")) newest = std::max(newest, its_programs.string());
  }
  return newest;
}

}  // namespace

bool Postgres::is_installed() {
  const bool is_there = !programs().empty();
  if (!is_there) WARN("SKIPPED: PostgreSQL is not installed, run scripts/bootstrap --test");
  return is_there;
}

Postgres::Postgres(std::vector<std::string> options) : options_(std::move(options)) {
  if (::geteuid() == 0) REQUIRE(::chown(folder_.path().c_str(), kNobody, kNobody) == 0);
  Program maker({programs() + "/initdb", "-D", folder_ / "data", "-U", "test", "-A", "trust", "-E",
                 "UTF8", "--locale=C", "--no-instructions", "--no-sync"},
                {.directory = folder_.path(), .user = User::Nobody});
  maker.expect_exit(cli::exited(0));
  start();
}

Postgres::~Postgres() {
  if (program_ && program_->is_running()) {
    program_->send_signal(SIGQUIT);
    program_->wait_exit();
  }
}

std::string Postgres::in_uri(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == '/' ? std::string("%2F") : std::string(1, c);
  return text;
}

std::string Postgres::make_directory(const std::string& path) const {
  fs::create_directory(path);
  if (::geteuid() == 0) REQUIRE(::chown(path.c_str(), kNobody, kNobody) == 0);
  return path;
}

std::string Postgres::uri(std::string_view parameters) const {
  return fmt::format("postgresql://test@/postgres?host={}{}{}", in_uri(folder_.path()),
                     parameters.empty() ? "" : "&", parameters);
}

void Postgres::start() {
  std::vector<std::string> command{programs() + "/postgres", "-D", folder_ / "data"};
  for (const std::string& option :
       {std::string("listen_addresses="), "unix_socket_directories=" + folder_.path(),
        std::string("shared_buffers=32MB"), std::string("max_connections=20"),
        std::string("max_wal_size=256MB")}) {
    command.insert(command.end(), {"-c", option});
  }
  for (const std::string& option : options_) command.insert(command.end(), {"-c", option});
  program_.emplace(command, Setup{.directory = folder_.path(), .user = User::Nobody});
  program_->wait_for_stderr("database system is ready to accept connections");
}

void Postgres::crash() {
  program_->send_signal(SIGQUIT);
  program_->wait_exit();
}

void Postgres::stop() {
  program_->send_signal(SIGINT);
  program_->wait_exit();
}

std::vector<std::string> Postgres::psql() const {
  return {programs() + "/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", uri()};
}

std::string Postgres::ask(const std::string& sql) const {
  std::vector<std::string> command = psql();
  command.insert(command.end(), {"-c", sql});
  Program asking(command);
  asking.expect_exit(cli::exited(0));
  std::string answer = asking.stdout_text();
  if (answer.ends_with('\n')) answer.pop_back();
  return answer;
}

Lines Postgres::lines(const std::string& sql) const {
  std::istringstream answer(ask(sql));
  Lines all;
  for (std::string line; std::getline(answer, line);) all.push_back(line);
  return all;
}

void Postgres::wait_until(const std::string& sql, std::string_view answer) const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string last = ask(sql);
  while (last != answer && std::chrono::steady_clock::now() < deadline) last = ask(sql);
  INFO(sql);
  REQUIRE(last == answer);
}

}  // namespace wordstream::server

// Many clients at once.
#include <chrono>
#include <filesystem>
#include <iterator>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

std::ptrdiff_t descriptor_count(pid_t pid) {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return std::distance(begin(all), end(all));
}

/// The next emission is out once this returns.
void wait_a_batch(Program& program, const Connection& client) {
  const std::size_t seen = program.stdout_text().size();
  client.send("tick\n");
  program.wait_for_stdout([&](const std::string& text) {
    return text.size() > seen && text.find("tick\t", seen) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a thousand clients at once are all heard", "[listen]") {
  raise_descriptor_limit();
  constexpr int kClients = 1000;
  Program program = start({"--listen", "0", "-b", "24h", "-f", "tsv", "--until-eof"});
  const int port = program.listening_port();
  std::vector<Connection> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(connect_to(port));
  for (const Connection& client : clients) client.send("hello wo");
  for (int i = kClients; i-- > 0;)
    clients[static_cast<std::size_t>(i)].send("rld\nclient" + std::to_string(i) + "\n");
  clients.clear();
  program.expect_exit(exited(0));
  const auto sums = sum_tsv(program.stdout_text());
  CHECK(sums.at("hello") == kClients);
  CHECK(sums.at("world") == kClients);
  CHECK(sums.size() == kClients + 2);
}

TEST_CASE("the stream of many clients ends when all have left", "[listen]") {
  Program program = start({"--listen", "0", "-b", "20ms", "-f", "tsv", "--until-eof"});
  const int port = program.listening_port();
  Connection first = connect_to(port);
  Connection second = connect_to(port);
  first.send("first\n");
  second.send("second\n");
  program.wait_for_stdout("first\t1\n");
  program.wait_for_stdout("second\t1\n");
  first.close();
  second.send("alone\n");
  program.wait_for_stdout("alone\t1\n");
  CHECK(program.is_running());
  second.close();
  program.expect_exit(exited(0));
}

TEST_CASE("without --until-eof it goes on when all have left", "[listen]") {
  Program program = start({"--listen", "0", "-b", "20ms", "-f", "tsv"});
  for (int i = 0; i < 3; ++i) {
    const std::string word = "visit" + std::to_string(i);
    Connection client = connect_to(program.listening_port());
    client.send(word);
    client.close();
    program.wait_for_stdout(word + "\t1\n");
  }
}

TEST_CASE("a client's broken line is its own loss", "[listen]") {
  Program program = start({"--listen", "0", "-b", "20ms", "-f", "tsv"});
  const int port = program.listening_port();
  Connection broken = connect_to(port);
  const Connection whole = connect_to(port);
  broken.send("kept\nlost");
  program.wait_for_stdout("kept\t1\n");
  whole.send("other ");
  broken.reset();
  program.wait_for_stderr("wordstream: warning: ");
  whole.send("side\n");
  program.wait_for_stdout("side\t1\n");
  const auto sums = sum_tsv(program.stdout_text());
  CHECK(sums.at("other") == 1);
  CHECK_FALSE(sums.contains("lost"));
}

TEST_CASE("a fast client does not starve a slow one", "[listen]") {
  Program program = start({"--listen", "0", "-b", "50ms", "-f", "tsv"});
  const int port = program.listening_port();
  const Connection fast = connect_to(port);
  const std::jthread flood([&fast](const std::stop_token& over) {
    std::string much;
    for (int i = 0; i < 10'000; ++i) much += "fast\n";
    while (!over.stop_requested()) fast.send_some(much, std::chrono::milliseconds(20));
  });
  program.wait_for_stdout("fast\t");
  const Connection slow = connect_to(port);
  for (int i = 0; i < 5; ++i) {
    const std::string word = "slow" + std::to_string(i);
    slow.send(word + "\n");
    program.wait_for_stdout(word + "\t1\n");
  }
}

TEST_CASE("five thousand clients that come and go leave no descriptor behind", "[listen]") {
  Program program = start({"--listen", "0", "-b", "20ms", "-f", "tsv"});
  const int port = program.listening_port();
  const Connection constant = connect_to(port);
  wait_a_batch(program, constant);
  const std::ptrdiff_t before = descriptor_count(program.pid());
  for (int i = 0; i < 5'000; ++i) connect_to(port).close();
  const auto end = std::chrono::steady_clock::now() + kPatience;
  do {
    wait_a_batch(program, constant);
  } while (descriptor_count(program.pid()) != before && std::chrono::steady_clock::now() < end);
  CHECK(descriptor_count(program.pid()) == before);
}

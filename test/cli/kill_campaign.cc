#include "cli/kill_campaign.h"

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <utility>

#include "catch.h"
#include "env/database.h"

namespace wordstream::cli {
namespace {

constexpr std::uint64_t kWindowsOfLine = 3;

/// The rows of a database as they are there; none where there is no such table yet.
std::vector<Row> rows_of_database(const std::string& path) {
  std::vector<Row> rows;
  auto database = Database::open(path, {}).value();
  auto query = database->prepare("SELECT start_ms, end_ms, word, count FROM counts");
  while (query && query->step().value()) {
    rows.push_back({query->integer(0), query->integer(1), std::string(query->bytes(2)),
                    static_cast<std::uint64_t>(query->integer(3))});
  }
  return rows;
}

/// Whole lines alone: what a kill cuts off is no row.
std::string whole_lines(const std::string& text) { return text.substr(0, text.rfind('\n') + 1); }

std::string text_of(const std::string& path) {
  return std::filesystem::exists(path) ? read_file(path) : std::string();
}

}  // namespace

KillCampaign::KillCampaign(KillCell cell, std::uint64_t seed)
    : cell_(std::move(cell)), random_(seed), law_{.mode = cell_.mode} {
  choose_times();
  for (const char* const name : {"out", "state"}) {
    std::filesystem::create_directory(folder_ / name);
    events_.watch(folder_ / name);
  }
  folder_.write("words.txt", "");
}

void KillCampaign::choose_times() {
  const bool has_slices = random_() % 2 == 0;
  const std::uint64_t batch_ms = has_slices ? 40 : 10;
  times_ = {"-b", fmt::format("{}ms", batch_ms)};
  if (has_slices) times_.insert(times_.end(), {"--commit-interval", "10ms"});
  if (cell_.counts == Counts::Batches) return;
  const std::uint64_t batches_of_slide = 1 + random_() % 2;
  const std::uint64_t slide_ms = batches_of_slide * batch_ms;
  batches_of_window_ = batches_of_slide * kWindowsOfLine;
  law_.windows = kWindowsOfLine;
  law_.slide_ms = static_cast<std::int64_t>(slide_ms);
  times_.insert(times_.end(), {"--window", fmt::format("{}ms", slide_ms * kWindowsOfLine),
                               "--slide", fmt::format("{}ms", slide_ms)});
}

std::vector<std::string> KillCampaign::arguments(bool is_last) const {
  std::vector<std::string> all{"-m", cell_.mode, "--checkpoint", "state", "-f", "tsv"};
  all.insert(all.end(), times_.begin(), times_.end());
  if (cell_.sink == GoesTo::File) all.insert(all.end(), {"--sink", "out/counts.tsv"});
  if (cell_.sink == GoesTo::Sqlite) all.insert(all.end(), {"--sink", "sqlite:out/counts.db"});
  if (cell_.sink == GoesTo::Server) all.insert(all.end(), {"--sink", cell_.server.uri});
  switch (cell_.source) {
    case FedBy::File:
      all.emplace_back("words.txt");
      if (!is_last) all.emplace_back("--follow");
      break;
    case FedBy::Pipe:
      all.emplace_back("-");
      break;
    case FedBy::Topic:
      all.push_back(cell_.topic.uri);
      if (is_last) all.emplace_back("--until-eof");
      break;
  }
  return all;
}

/// `more`: arguments behind those that are always there.
Program KillCampaign::begin(const std::vector<std::string>& more) {
  std::vector<std::string> all = arguments(false);
  all.insert(all.end(), more.begin(), more.end());
  return start(all, {.input = cell_.source == FedBy::Pipe ? Input::NarrowPipe : Input::Null,
                     .directory = folder_.path()});
}

void KillCampaign::put(Program& program, const std::string& text) {
  switch (cell_.source) {
    case FedBy::File:
      folder_.append("words.txt", text);
      break;
    case FedBy::Pipe:
      program.write_stdin(text);
      break;
    case FedBy::Topic:
      cell_.topic.put(text, random_());
      break;
  }
}

/// Some lines, from one to many.
void KillCampaign::feed(Program& program) {
  std::string text = std::exchange(half_line_, "");
  for (std::uint64_t left = random_() % 8 == 0 ? 200 : 1 + random_() % 3; left > 0; --left) {
    const std::string name = token(life_, ++line_);
    sent_.tokens.insert(name);
    // What went through a pipe can be read again only if it is journaled.
    if (can_be_read_again()) sent_.durable.insert(name);
    text += name + " " + kCommonWord + "\n";
  }
  put(program, text);
}

void KillCampaign::live_and_die() {
  ++life_;
  line_ = 0;
  // Of what a server does there are no effects on our files.
  const std::size_t effect_count = 1 + random_() % (cell_.sink == GoesTo::Server ? 12 : 60);
  const bool ends_by_output = cell_.sink == GoesTo::Stdout && random_() % 2 == 0;
  const bool leaves_half_line = random_() % 4 == 0;
  Program program = begin();
  const auto& crash = cell_.source == FedBy::Topic ? cell_.topic.crash : cell_.server.crash;
  const bool other_dies = crash && random_() % 2 == 0;
  if (other_dies) {
    live_until(program, effect_count, 0);
    crash();
  }
  // It may be away still when the program dies, and when the next begins.
  const bool dies_at_once = other_dies && random_() % 2 == 0;
  if (!dies_at_once) {
    live_until(program, effect_count, ends_by_output ? 1 + random_() % 2000 : 0);
  }
  // A life that ends by what it has left to print may have fed nothing: one half line is enough.
  // The end of a message ends its line.
  if (leaves_half_line && half_line_.empty() && cell_.source != FedBy::Topic) {
    // Of a line that never ends no word may be counted; one in a file ends later.
    const std::string name = token(life_, ++line_);
    const std::string line = name + " " + kCommonWord + "\n";
    put(program, line.substr(0, 6));
    if (cell_.source == FedBy::File) {
      half_line_ = line.substr(6);
      sent_.tokens.insert(name);
      sent_.durable.insert(name);
    }
  }
  program.send_signal(SIGKILL);
  program.expect_exit(died_of(SIGKILL));
  CHECK(program.stderr_text().find("damaged") == std::string::npos);
  take_output(program.stdout_text());
  note_durable(program.stdout_text());
}

/// Feeds it until it has had so many effects on its files, or has printed so much. Each round
/// brings news at least once, for lines that were fed are journaled.
void KillCampaign::live_until(Program& program, std::size_t effect_count,
                              std::size_t output_bytes) {
  std::size_t seen = 0;
  while (output_bytes != 0 ? program.stdout_text().size() < output_bytes : seen < effect_count) {
    feed(program);
    const int news = events_.wait();
    INFO(program.report());
    REQUIRE(news > 0);
    REQUIRE(program.is_running());
    seen += static_cast<std::size_t>(news);
  }
}

/// The lines of a pipe are journaled in their order: what was sent before one that is in the
/// journal, or came out, was there too.
void KillCampaign::note_durable(const std::string& output) {
  std::set<std::string> tokens = tokens_in(output + text_of(folder_ / "out/counts.tsv"));
  const Known now = look_into_journal(tokens);
  CHECK(now.epoch >= known_.epoch);
  CHECK(now.last_batch >= known_.last_batch);
  CHECK(now.applied >= known_.applied);
  known_ = now;
  const auto first = sent_.tokens.lower_bound(token(life_, 0));
  for (auto each = first; each != sent_.tokens.end(); ++each) {
    if (!tokens.empty() && *each <= *tokens.rbegin()) sent_.durable.insert(*each);
  }
}

/// From a copy, so that looking mends nothing.
KillCampaign::Known KillCampaign::look_into_journal(std::set<std::string>& tokens) const {
  const std::string copy = folder_ / "copy";
  std::filesystem::remove_all(copy);
  std::filesystem::copy(folder_ / "state", copy);
  Known known;
  if (!std::filesystem::exists(copy + "/journal.db")) return known;
  auto database = Database::open(copy + "/journal.db", {}).value();
  const auto number = [&](const char* sql) {
    const Result<std::int64_t> value = database->integer(sql);
    return value.value_or(0);  // there may be no tables yet
  };
  known = {number("SELECT epoch FROM meta"), number("SELECT last_batch FROM meta"),
           number("SELECT applied FROM sink")};
  auto counts = database->prepare("SELECT bytes FROM counts");
  while (counts && counts->step().value()) {
    for (const std::string& each : tokens_in(std::string(counts->bytes(0)))) tokens.insert(each);
  }
  return known;
}

void KillCampaign::take_output(const std::string& text) {
  const std::vector<Row> rows = read_tsv(whole_lines(text));
  printed_.insert(printed_.end(), rows.begin(), rows.end());
}

/// Returns what was printed.
std::string KillCampaign::run_to_end() {
  Program program = start(arguments(true), {.directory = folder_.path()});
  program.expect_exit(exited(0));
  return program.stdout_text();
}

/// All lines are in batches that are closed, so windows that reach beyond them come with a run that
/// lasts one batch longer than a window, whatever it is given to read.
void KillCampaign::let_windows_pass() {
  Program program = begin({"--max-batches", std::to_string(batches_of_window_ + 1)});
  program.expect_exit(exited(0));
  take_output(program.stdout_text());
}

std::vector<Row> KillCampaign::all_rows() const {
  if (cell_.sink == GoesTo::File) return read_tsv(read_file(folder_ / "out/counts.tsv"));
  if (cell_.sink == GoesTo::Server) return cell_.server.rows();
  return cell_.sink == GoesTo::Sqlite ? rows_of_database(folder_ / "out/counts.db") : printed_;
}

std::optional<std::string> KillCampaign::finish() {
  if (!half_line_.empty()) folder_.append("words.txt", std::exchange(half_line_, ""));
  take_output(run_to_end());
  if (cell_.counts == Counts::Windows) let_windows_pass();
  const std::vector<Row> rows = all_rows();
  if (!run_to_end().empty()) return "a restart without input has printed something";
  if (all_rows().size() != rows.size()) return "a restart without input has changed the output";
  return judge(law_, sent_, rows);
}

}  // namespace wordstream::cli

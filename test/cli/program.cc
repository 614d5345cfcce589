#include "cli/program.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <regex>
#include <sstream>
#include <utility>

#include "catch.h"
#include "cli/collector.h"
#include "cli/visible.h"

namespace wordstream::cli {

/// The child's sides of the three streams.
struct Program::Ends {
  Descriptor input;
  Descriptor output;
  Descriptor errors;
};

namespace {

constexpr int kNarrowPipeBytes = 4096;
constexpr uid_t kNobody = 65534;

std::string find_executable(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  for (const char* directory : {"/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"}) {
    std::string path = std::string(directory) + "/" + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  FAIL(name + " is not installed: run scripts/bootstrap");
  return name;
}

/// What every program gets, whatever the machine's own environment is.
std::vector<std::string> fixed_environment(const std::string& home) {
  std::vector<std::string> all{"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=" + home,
                               "LANG=C.UTF-8", "TZ=UTC", "TERM=xterm"};
  for (const char* name :
       {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GCOV_ERROR_FILE"}) {
    if (const char* value = std::getenv(name)) all.push_back(std::string(name) + "=" + value);
  }
  return all;
}

std::vector<char*> as_pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Between fork and exec: only calls that a child of a threaded process may make.
[[noreturn]] void give_up(const char* what) {
  const char* why = std::strerror(errno);
  for (const char* part : {"cannot start: ", what, ": ", why, "\n"}) {
    if (::write(2, part, std::strlen(part)) < 0) break;
  }
  ::_exit(127);
}

void take_over(int descriptor, int as) {
  if (descriptor < 0) {
    ::close(as);
  } else if (::dup2(descriptor, as) < 0) {
    give_up("dup2");
  }
}

void drop_rights() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
      ::setresuid(kNobody, kNobody, kNobody) != 0) {
    give_up("setuid");
  }
}

std::size_t count_of(std::string_view piece, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos;
       at = text.find(piece, at + piece.size())) {
    ++count;
  }
  return count;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Exit& exit) {
  if (exit.signal != 0) return out << "killed by SIG" << ::sigabbrev_np(exit.signal);
  return out << "exit code " << exit.code;
}

Program::Program(std::vector<std::string> command, Setup setup) : command_(std::move(command)) {
  // A write to what the program has closed is an error to look at, not the end of the test.
  require_os(std::signal(SIGPIPE, SIG_IGN) != SIG_ERR, "signal");
  if (setup.directory.empty()) {
    own_folder_ = std::make_unique<Folder>();
    setup.directory = own_folder_->path();
  }
  directory_ = setup.directory;

  Ends child;
  switch (setup.input) {
    case Input::Null:
      child.input = open_file("/dev/null", O_RDONLY);
      break;
    case Input::File:
      child.input = open_file(setup.input_path, O_RDONLY);
      break;
    case Input::Given:
      child.input = Descriptor(::fcntl(setup.input_descriptor, F_DUPFD_CLOEXEC, 3));
      require_os(child.input.is_open(), "F_DUPFD_CLOEXEC");
      break;
    case Input::Closed:
      break;
    case Input::Pipe:
    case Input::Socket:
    case Input::NarrowPipe: {
      Pipe pipe = setup.input == Input::Socket ? make_socket_pair() : make_pipe();
      if (setup.input == Input::NarrowPipe)
        require_os(::fcntl(pipe.write.get(), F_SETPIPE_SZ, kNarrowPipeBytes) > 0, "F_SETPIPE_SZ");
      require_os(::fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
      child.input = std::move(pipe.read);
      stdin_ = std::move(pipe.write);
    }
  }
  switch (setup.output) {
    case Output::File:
      child.output = open_file(setup.output_path, O_WRONLY | O_CREAT | O_APPEND);
      break;
    case Output::Full:
      child.output = open_file("/dev/full", O_WRONLY);
      break;
    case Output::Closed:
      break;
    case Output::Pipe:
    case Output::Stalled:
    case Output::Terminal: {
      Pipe pipe = setup.output == Output::Terminal ? make_terminal() : make_pipe();
      child.output = std::move(pipe.write);
      stdout_unread_ = std::move(pipe.read);
    }
  }
  Pipe errors = make_pipe();
  child.errors = std::move(errors.write);
  stderr_ = std::make_unique<Collector>(std::move(errors.read));
  if (setup.output == Output::Pipe || setup.output == Output::Terminal) read_stdout();
  launch(setup, child);
}

void Program::launch(const Setup& setup, const Ends& child) {
  std::vector<std::string> words = command_;
  std::vector<std::string> settings = setup.environment;
  for (const std::string& entry : fixed_environment(directory_)) {
    const std::string name = entry.substr(0, entry.find('=') + 1);
    const auto is_same = [&](const std::string& other) { return other.starts_with(name); };
    if (std::none_of(settings.begin(), settings.end(), is_same)) settings.push_back(entry);
  }
  // Whoever looks for leaks at the end cannot do so in a program that is traced.
  if (words.front() == "strace") settings.emplace_back("LSAN_OPTIONS=detect_leaks=0");
  if (setup.user == User::Nobody) {
    // One that counts its lines could not keep the counts in the tree, and would say so on stderr.
    counts_folder_ = std::make_unique<Folder>();
    require_os(::chmod(counts_folder_->path().c_str(), 0777) == 0, "chmod");
    settings.push_back("GCOV_PREFIX=" + counts_folder_->path());
  }
  std::vector<char*> arguments = as_pointers(words);
  std::vector<char*> environment = as_pointers(settings);
  const Descriptor executable = open_file(find_executable(command_.at(0)), O_PATH);

  pid_ = ::fork();
  require_os(pid_ >= 0, "fork");
  if (pid_ == 0) become(setup, child, executable.get(), arguments, environment);
  pidfd_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  require_os(pidfd_.is_open(), "pidfd_open");
}

void Program::become(const Setup& setup, const Ends& child, int executable,
                     std::vector<char*>& arguments, std::vector<char*>& environment) {
  // A session of its own, so that all of a pipeline can be found again and ended.
  if (::setsid() < 0) give_up("setsid");
  if (setup.output == Output::Terminal && ::ioctl(child.output.get(), TIOCSCTTY, 0) != 0)
    give_up("TIOCSCTTY");
  take_over(child.errors.get(), 2);
  take_over(child.input.get(), 0);
  take_over(child.output.get(), 1);
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    if (signal != SIGKILL && signal != SIGSTOP) std::signal(signal, SIG_DFL);
  }
  sigset_t none{};
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::chdir(directory_.c_str()) != 0) give_up("chdir");
  if (setup.user == User::Nobody) drop_rights();
  // After the change of user, which takes it back.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // By descriptor: the way to it may be closed to the new user.
  ::syscall(SYS_execveat, executable, "", arguments.data(), environment.data(), AT_EMPTY_PATH);
  give_up(arguments.front());
}

Program::~Program() {
  if (!has_ended_ && pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    siginfo_t ignored{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &ignored, WEXITED);
  }
}

std::string Program::stdout_text() const { return stdout_ ? stdout_->text() : std::string(); }
std::string Program::stderr_text() const { return stderr_->text(); }

std::string Program::wait_for(const Collector& stream,
                              const std::function<bool(const std::string&)>& enough,
                              const std::string& what) {
  const Collector::Outcome outcome = stream.wait(enough);
  if (outcome == Collector::Outcome::Ended) FAIL("the stream ended before " + what + report());
  if (outcome == Collector::Outcome::TimedOut) FAIL("in vain waited for " + what + report());
  return stream.text();
}

std::string Program::wait_for_stdout(const std::function<bool(const std::string&)>& enough) {
  require_os(stdout_ != nullptr, "stdout is not read");
  return wait_for(*stdout_, enough, "enough on stdout");
}

std::string Program::wait_for_stdout(std::string_view piece) {
  require_os(stdout_ != nullptr, "stdout is not read");
  return wait_for(
      *stdout_, [&](const std::string& text) { return text.find(piece) != std::string::npos; },
      "'" + visible(piece) + "' on stdout");
}

std::string Program::wait_for_stderr(std::string_view piece) { return wait_for_stderr(piece, 1); }

std::string Program::wait_for_stderr(std::string_view piece, int times) {
  const auto wanted = static_cast<std::size_t>(times);
  return wait_for(
      *stderr_, [&](const std::string& text) { return count_of(piece, text) >= wanted; },
      "'" + visible(piece) + "' on stderr, " + std::to_string(times) + " times");
}

bool Program::sees_on_stderr(std::string_view piece) {
  const Collector::Outcome outcome =
      stderr_->wait([&](const std::string& text) { return text.find(piece) != std::string::npos; });
  if (outcome == Collector::Outcome::TimedOut) FAIL("in vain waited for its stderr" + report());
  return outcome == Collector::Outcome::Enough;
}

void Program::wait_stdout_offered() {
  if (!wait_ready(stdout_unread_.get(), POLLIN)) FAIL("in vain waited for output" + report());
}

void Program::write_stdin(std::string_view text) {
  if (!try_write_stdin(text)) FAIL("write to stdin: nobody reads it" + report());
}

void Program::offer_stdin(std::string_view text) {
  [[maybe_unused]] const bool is_read = try_write_stdin(text);
}

bool Program::try_write_stdin(std::string_view text) {
  while (!text.empty()) {
    if (!wait_ready(stdin_.get(), POLLOUT)) FAIL("stdin is not read" + report());
    const ssize_t count = ::write(stdin_.get(), text.data(), text.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0 && errno == EPIPE) return false;
    if (count < 0) FAIL("write to stdin: " + std::string(std::strerror(errno)) + report());
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Program::wait_stdin_taken() {
  if (!wait_ready(stdin_.get(), POLLOUT)) FAIL("stdin is not read" + report());
}

void Program::close_stdin() { stdin_.close(); }

void Program::read_stdout() { stdout_ = std::make_unique<Collector>(std::move(stdout_unread_)); }

void Program::close_stdout() {
  if (stdout_) stdout_->leave();
  stdout_unread_.close();
}

void Program::send_signal(int signal) {
  require_os(::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0) == 0, "kill");
}

void Program::stop() {
  send_signal(SIGSTOP);
  siginfo_t info{};
  require_os(::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED) == 0, "waitid");
}

void Program::send_signal_to_all(int signal) { require_os(::kill(-pid_, signal) == 0, "kill"); }

bool Program::is_running() const { return !has_ended_ && !wait_ready(pidfd_.get(), POLLIN, {}); }

Exit Program::wait_exit() {
  if (has_ended_) return exit_;
  if (!wait_ready(pidfd_.get(), POLLIN)) FAIL("in vain waited for the end" + report());
  // Whoever is left of a pipeline goes while its leader still holds the number.
  ::kill(-pid_, SIGKILL);
  siginfo_t info{};
  require_os(::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) == 0, "waitid");
  has_ended_ = true;
  exit_ = info.si_code == CLD_EXITED ? exited(info.si_status) : died_of(info.si_status);
  const bool is_read = (!stdout_ || stdout_->wait_ended()) && stderr_->wait_ended();
  if (!is_read) FAIL("somebody keeps its output open" + report());
  return exit_;
}

void Program::expect_exit(Exit expected) {
  const Exit seen = wait_exit();
  INFO(report());
  CHECK(seen == expected);
}

void Program::expect_stdout(const std::string& expected) { expect_equal(stdout_text(), expected); }

int Program::listening_port() {
  static const std::regex kPort("listening on 127\\.0\\.0\\.1:([0-9]+)\\b");
  std::smatch match;
  const std::string text = wait_for(
      *stderr_, [](const std::string& seen) { return std::regex_search(seen, kPort); },
      "'listening on 127.0.0.1:PORT' on stderr");
  std::regex_search(text, match, kPort);
  return std::stoi(match[1]);
}

std::string Program::report() const {
  std::string text = "\n$";
  for (const std::string& word : command_) text += " " + visible(word);
  if (has_ended_) {
    std::ostringstream how;
    how << exit_;
    text += "\n" + how.str();
  } else {
    text += is_running() ? "\nstill running" : "\nended";
  }
  return text + "\nstdout:\n" + visible_lines(stdout_text()) + "stderr:\n" +
         visible_lines(stderr_text());
}

std::string program_under_test() {
  const char* chosen = std::getenv("WORDSTREAM_BINARY");
  return chosen != nullptr ? chosen : WORDSTREAM_BINARY;
}

Program start(std::vector<std::string> arguments, Setup setup) {
  arguments.insert(arguments.begin(), program_under_test());
  return Program(std::move(arguments), std::move(setup));
}

Finished finish(std::vector<std::string> arguments, std::string_view input,
                std::vector<std::string> environment) {
  const Folder folder;
  const std::string path = folder.write("stdin", input);
  // From a file through a pipe: a program that ends early leaves the rest with `cat`.
  arguments.insert(arguments.begin(),
                   {"sh", "-c", "cat \"$0\" | \"$@\"", path, program_under_test()});
  Program program(std::move(arguments), {.environment = std::move(environment)});
  const Exit exit = program.wait_exit();
  return {exit, program.stdout_text(), program.stderr_text()};
}

}  // namespace wordstream::cli

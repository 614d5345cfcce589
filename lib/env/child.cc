#include "env/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "env/descriptor.h"

namespace wordstream {
namespace {

/// Its end of a pipe that it never writes to closes when it ends. Others hold on to it only if the
/// program hands it to them.
class RealChild final : public Child {
 public:
  RealChild(pid_t pid, Descriptor life) : pid_(pid), life_(std::move(life)) {}
  ~RealChild() override {
    if (exit_code_) return;
    ::kill(-pid_, SIGKILL);
    uninterrupted([&] { return ::waitpid(pid_, nullptr, 0); });
  }

  int handle() const override { return life_.get(); }

  std::optional<int> ended() override {
    int status = 0;
    if (exit_code_ || ::waitpid(pid_, &status, WNOHANG) != pid_) return exit_code_;
    constexpr int kKilled = 128;  // as shells show it
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kKilled + WTERMSIG(status);
    return exit_code_;
  }

  void ask_to_end() override {
    if (!exit_code_) ::kill(-pid_, SIGTERM);
  }

 private:
  pid_t pid_;
  Descriptor life_;
  std::optional<int> exit_code_;
};

/// In the child, between fork and exec: nothing but system calls. Returns where the program cannot
/// be started.
void become(const char* path, char* const* arguments, int life, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) return;  // it has died before that
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT}) std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  ::fcntl(life, F_SETFD, 0);  // it goes on in the program
  ::execv(path, arguments);
}

}  // namespace

Result<std::unique_ptr<Child>> start_real_child(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail_errno(fmt::format("cannot start {}", command.front()), errno, kDescriptorAdvice);
  }
  Descriptor ours(ends[0]);
  const Descriptor its(ends[1]);
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return fail_errno(fmt::format("cannot start {}", command.front()), errno);
  if (pid == 0) {
    become(arguments.front(), arguments.data(), its.get(), parent);
    constexpr int kNotStarted = 127;  // as shells have it
    ::_exit(kNotStarted);
  }
  ::setpgid(pid, pid);  // whoever of the two is first
  return std::make_unique<RealChild>(pid, std::move(ours));
}

}  // namespace wordstream

#include "house/bans.h"

namespace wordstream::house {

// Common verbs (open, read, poll ...) are also the names of our own methods, so they are looked for
// as the global functions that they would have to be: their headers are not to be had either.
const std::vector<Ban>& all_bans() {
  static const std::vector<Ban> bans{
      {.includes = {"ctime", "time.h"},
       .words = {"steady_clock", "system_clock", "high_resolution_clock", "utc_clock",
                 "clock_gettime", "gettimeofday", "timespec_get", "localtime", "localtime_r",
                 "gmtime", "gmtime_r", "std::time(", "::time(", "time(nullptr)", "time(NULL)",
                 "time(0)", "std::clock(", "clock(", "timerfd_create"},
       .in = {"lib/", "app/"},
       .except = {"lib/env/"},
       .instead = "take `now` as a parameter; the engine reads it at the door (env/clock.h)"},

      {.includes = {},
       .words = {"steady_clock", "system_clock", "high_resolution_clock", "clock_gettime",
                 "gettimeofday", "std::time(", "time(nullptr)", "RealClock"},
       .in = {"test/unit/", "test/sim/", "test/simulation/"},
       .except = {},
       .instead = "pure code is tested with a time that the test makes up"},

      {.includes = {},
       .words = {"Clock", "RealClock"},
       .in = {"lib/"},
       .except = {"lib/env/", "lib/engine/"},
       .instead = "take `now` as a parameter; only the engine reads the clock"},

      {.includes = {},
       .words = {"sleep_for", "sleep_until", "sleep(", "usleep", "nanosleep", "clock_nanosleep",
                 "wait_for", "wait_until"},
       .in = {"lib/", "app/"},
       .except = {"lib/env/"},
       .instead = "return the deadline from step; a Poller waits (env/poller.h)"},

      {.includes = {},
       .words = {"sleep_for", "sleep_until", "sleep(", "usleep", "nanosleep", "clock_nanosleep"},
       .in = {"test/"},
       .except = {},
       .instead = "tests do not sleep: wait for the thing itself, with a deadline"},

      {.includes = {"thread", "future", "stop_token", "mutex", "shared_mutex", "condition_variable",
                    "atomic", "semaphore", "latch", "barrier"},
       .words = {"std::thread", "std::jthread", "std::async", "std::mutex", "std::atomic"},
       .in = {"lib/"},
       .except = {"lib/env/", "lib/runtime/", "lib/engine/"},
       .instead = "rooms are single-threaded objects; threads are the engine's"},

      {.includes = {"thread", "future"},
       .words = {"std::thread", "std::jthread", "std::async"},
       .in = {"app/"},
       .except = {"app/signals."},  // a thread that only waits for them
       .instead = "threads are the engine's"},

      {.includes = {"random"},
       .words = {"random_device", "getrandom", "getentropy", "rand(", "srand(", "drand48("},
       .in = {"lib/", "app/"},
       .except = {"lib/env/"},
       .instead = "draw a key at the door (env/entropy.h), and go on from it as from a seed"},

      {.includes = {"fstream", "filesystem"},
       .words = {"::open(",        "::openat(",     "::creat(",      "::close(",
                 "::read(",        "::lseek(",      "::stat(",       "::fstat(",
                 "::unlink(",      "::rename(",     "::mkdir(",      "std::rename(",
                 "std::remove(",   "fopen",         "fdopen",        "fread",
                 "fwrite",         "fgets",         "fscanf",        "fflush",
                 "pread",          "pwrite",        "readv",         "writev",
                 "fsync",          "fdatasync",     "ftruncate",     "mmap",
                 "munmap",         "fcntl",         "ioctl",         "inotify_init",
                 "inotify_init1",  "std::ifstream", "std::ofstream", "std::fstream",
                 "std::filesystem"},
       .in = {"lib/", "app/"},
       .except = {"lib/env/"},
       .instead = "go through the door to files (env/files.h)"},

      {.includes = {},
       .words = {"::write("},
       .in = {"lib/", "app/"},
       .except = {"lib/env/", "app/main.cc"},  // last words, when no memory is left
       .instead = "write to an Output (env/stream.h)"},

      {.includes = {},
       .words = {"::socket(", "::connect(", "::bind(", "::listen(", "::accept(", "::send(",
                 "::recv(", "::shutdown(", "accept4", "recvfrom", "recvmsg", "sendto", "sendmsg",
                 "setsockopt", "getsockopt", "getsockname", "getpeername", "getaddrinfo",
                 "gethostbyname"},
       .in = {"lib/", "app/"},
       .except = {"lib/env/"},
       .instead = "go through the door to the network (env/network.h)"},

      {.includes = {},
       .words = {"::poll(", "::select(", "ppoll", "pselect", "epoll_create1", "epoll_ctl",
                 "epoll_wait", "epoll_pwait", "eventfd", "signalfd", "::pipe(", "pipe2"},
       .in = {"lib/", "app/"},
       .except = {"lib/env/"},
       .instead = "wait and wake through a Poller (env/poller.h)"},

      // The program owns its signals, its environment and its end; nobody else does.
      {.includes = {"csignal"},
       .words = {"sigaction", "std::signal(", "::signal(", "std::raise(", "::raise(", "::kill(",
                 "getenv", "setenv", "secure_getenv", "getpid", "isatty", "_exit", "getrlimit",
                 "setrlimit"},
       .in = {"lib/"},
       .except = {"lib/env/"},
       .instead = "the process is app/'s: hand in what it found"},

      {.includes = {},
       .words = {"std::system(", "::system(", "popen", "fork(", "vfork", "execve", "execvp",
                 "posix_spawn", "dlopen", "setlocale"},
       .in = {"lib/", "app/"},
       .except = {},
       .instead = "wordstream is one process and starts no other"},

      {.includes = {},
       .words = {"throw", "try", "catch"},
       .in = {"lib/"},
       .except = {},
       .instead = "return a Status or a Result (base/result.h)"},

      {.includes = {},
       .words = {"exit(", "quick_exit", "_Exit", "std::abort", "::abort(", "std::terminate"},
       .in = {"lib/"},
       .except = {"lib/base/check.cc"},  // WS_CHECK's one way out
       .instead = "return a Status (base/result.h); WS_CHECK is for bugs"},

      {.includes = {"iostream", "print", "syncstream"},
       .words = {"std::cout", "std::cerr", "std::clog", "stdout", "stderr", "printf(", "fprintf",
                 "vfprintf", "puts(", "fputs", "putchar", "perror", "fmt::print"},
       .in = {"lib/"},
       .except = {"lib/base/check.cc"},  // WS_CHECK's last words
       .instead = "write to the Output that you are given; tell an observer what happened"},

      {.includes = {},
       .words = {"u_charName", "u_charFromName", "u_enumCharNames", "u_hasBinaryProperty",
                 "u_stringHasBinaryProperty"},
       .in = {"lib/", "app/"},
       .except = {},
       .instead = "ICU is linked without its data (text/icu_data.cc)"},

      {.includes = {"CLI/", "spdlog/"},
       .words = {"CLI::", "spdlog::"},
       .in = {"lib/", "test/"},
       .except = {},
       .instead = "CLI11 and spdlog live in app/ alone"},
  };
  return bans;
}

const std::vector<std::string_view>* allowed_headers(std::string_view path) {
  static const std::vector<std::string_view> text{"fmt/", "tl/expected.hpp", "unicode/uchar.h"};
  static const std::vector<std::string_view> words{"fmt/", "hwy/", "tl/expected.hpp"};
  static const std::vector<std::string_view> icu_data{"unicode/udata.h", "unicode/utypes.h"};
  static const std::vector<std::string_view> lib{"fmt/", "tl/expected.hpp"};
  static const std::vector<std::string_view> checksum{"zlib.h"};
  static const std::vector<std::string_view> app{"CLI/",      "fmt/",     "spdlog/",
                                                 "pthread.h", "unistd.h", "sys/resource.h"};
  if (path.starts_with("lib/env/")) return nullptr;
  if (path == "lib/base/checksum.cc") return &checksum;
  if (path == "lib/text/icu_data.cc") return &icu_data;
  if (path.starts_with("lib/words/")) return &words;
  if (path.starts_with("lib/text/")) return &text;
  if (path.starts_with("lib/")) return &lib;
  if (path.starts_with("app/")) return &app;
  return nullptr;
}

}  // namespace wordstream::house

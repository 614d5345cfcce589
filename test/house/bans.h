// What stands nowhere in some places, as data. What a room may include is held by the build instead
// (lib/CMakeLists.txt).
#pragma once

#include <cstddef>
#include <regex>
#include <string>
#include <string_view>

namespace wordstream::house {

/// `in`, `except` and `words` are lists with spaces between, the first two of how paths begin. What
/// stands in comments and in quotes is not judged.
struct Ban {
  std::string_view in;
  std::string_view except;
  std::string_view words;
  std::string_view instead;
};

// Common verbs (open, read, poll ...) are also the names of our own methods, so they are looked for
// as the global functions that they would have to be: their headers are not to be had either.
constexpr Ban kBans[] = {
    {"lib/ app/", "lib/env/",
     "<ctime> <time.h> steady_clock system_clock high_resolution_clock utc_clock clock_gettime "
     "gettimeofday timespec_get localtime localtime_r gmtime gmtime_r std::time( ::time( "
     "time(nullptr) time(NULL) time(0) std::clock( clock( timerfd_create",
     "take `now` as a parameter; the engine reads it at the door (env/clock.h)"},
    {"lib/", "lib/env/ lib/engine/ lib/send/", "Clock RealClock",
     "take `now` as a parameter; only tasks read the clock"},
    {"test/unit/ test/sim/ test/simulation/", "",
     "steady_clock system_clock high_resolution_clock clock_gettime gettimeofday std::time( "
     "time(nullptr) RealClock",
     "pure code is tested with a time that the test makes up"},
    {"lib/ app/ test/", "lib/env/", "sleep_for sleep_until sleep( usleep nanosleep clock_nanosleep",
     "the program waits in a Poller (env/poller.h), a test for the thing itself, with a deadline"},
    {"lib/", "lib/env/ lib/runtime/ lib/engine/",
     "<thread> <future> <stop_token> <mutex> <shared_mutex> <condition_variable> <atomic> "
     "<semaphore> <latch> <barrier> std::thread std::jthread std::async std::mutex std::atomic",
     "rooms are single-threaded objects; threads are the engine's"},
    {"app/", "app/signals.",  // a thread that only waits for them
     "<thread> <future> std::thread std::jthread std::async", "threads are the engine's"},
    {"lib/ app/", "lib/env/",
     "<random> random_device getrandom getentropy rand( srand( drand48( <fstream> <filesystem> "
     "::open( ::openat( ::creat( ::close( ::read( ::lseek( ::stat( ::fstat( ::unlink( ::rename( "
     "::mkdir( std::rename( std::remove( fopen fdopen fread fwrite fgets fscanf fflush pread "
     "pwrite "
     "readv writev fsync fdatasync ftruncate mmap munmap fcntl ioctl inotify_init inotify_init1 "
     "std::ifstream std::ofstream std::fstream std::filesystem ::socket( ::connect( ::bind( "
     "::listen( ::accept( ::send( ::recv( ::shutdown( accept4 recvfrom recvmsg sendto sendmsg "
     "setsockopt getsockopt getsockname getpeername getaddrinfo gethostbyname ::poll( ::select( "
     "ppoll pselect epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd signalfd ::pipe( pipe2 "
     "wait_for wait_until",
     "go through a door of lib/env/: entropy.h, files.h, network.h, poller.h"},
    {"lib/ app/", "lib/env/ app/main.cc", "::write(",  // last words, when no memory is left
     "write to an Output (env/stream.h)"},
    {"lib/", "lib/env/",
     "<csignal> sigaction std::signal( ::signal( std::raise( ::raise( ::kill( getenv setenv "
     "secure_getenv getpid isatty _exit getrlimit setrlimit",
     "the process is app/'s: hand in what it found"},
    {"lib/ app/", "lib/env/child.cc",  // Spark's driver
     "std::system( ::system( popen fork( vfork execve execvp posix_spawn setlocale",
     "wordstream is one process and starts no other: that is lib/env/child.h, for one alone"},
    {"lib/ app/", "lib/env/", "dlopen dlsym",
     "libraries that are not always wanted are loaded behind their doors (env/postgres.h)"},
    {"lib/", "", "throw try catch", "return a Status or a Result (base/result.h)"},
    // WS_CHECK's one way out, and its last words; what is run while the kernel is built
    {"lib/", "lib/base/check.cc lib/kernel/unicode_tables.cc",
     "exit( quick_exit _Exit std::abort ::abort( std::terminate <iostream> <print> <syncstream> "
     "std::cout std::cerr std::clog stdout stderr printf( fprintf vfprintf puts( fputs putchar "
     "perror fmt::print",
     "return a Status, write to the Output that you are given, tell an observer what happened"},
    {"lib/ app/", "",
     "u_charName u_charFromName u_enumCharNames u_hasBinaryProperty u_stringHasBinaryProperty",
     "ICU is linked without its data (text/icu_data.cc)"},
    {"lib/ test/", "", "<CLI/ <spdlog/ CLI:: spdlog::", "CLI11 and spdlog live in app/ alone"},
};

/// What no line of C++ looks like, comments and literals included. The letters in brackets keep
/// this file itself from looking so.
struct Pattern {
  std::string_view in;
  std::string_view except;
  std::regex line;
  std::string_view instead;
};

/// An include of a header that is neither C++'s own, which has no dot and no slash, nor one of
/// these.
inline std::regex other_than(const std::string& headers) {
  return std::regex("^#include <(?!\\w+>|" + headers + ")");
}

constexpr std::string_view kForeign = "the system is behind lib/env/, libraries have their places";
const Pattern kPatterns[] = {
    {"lib/",
     "lib/env/ lib/base/checksum.cc lib/base/digest_kernel.h lib/source/packing.cc "
     "lib/source/unpacker.cc lib/text/ lib/words/ lib/keys/ lib/http/request.cc lib/kernel/",
     other_than("fmt/|tl/"), kForeign},
    {"lib/base/checksum.cc", "", other_than("zlib.h>"), kForeign},
    {"lib/base/digest_kernel.h", "", other_than("xxhash.h>"), kForeign},
    {"lib/source/packing.cc lib/source/unpacker.cc", "", other_than("z(lib|std|std_errors).h>"),
     kForeign},
    // What they compile runs on some processors alone, inline functions of C++ included.
    {"lib/base/digest_avx lib/base/digest_kernel.h lib/base/digest_target.h", "",
     std::regex("^#include <(?!xxhash.h>|cstddef>|cstdint>)"), "nothing that others may share"},
    {"lib/http/request.cc", "", other_than("http_parser.h>"), kForeign},
    {"lib/text/", "lib/text/icu_data.cc lib/text/settings.cc",
     other_than("fmt/|tl/|unicode/uchar.h>"), kForeign},
    {"lib/text/settings.cc", "", other_than("fmt/|tl/|toml"), kForeign},
    {"lib/keys/", "", other_than("fmt/|tl/|unicode/uchar.h>|re2/re2.h>|rapidjson/reader.h>"),
     kForeign},
    {"lib/kernel/", "", other_than("fmt/|jni.h>|std(def|int).h>|unicode/uchar.h>"),
     kForeign},  // it is C, and Java's
    {"lib/text/icu_data.cc", "", other_than("unicode/u(data|types).h>"), kForeign},
    {"lib/words/", "", other_than("fmt/|tl/|hwy/"), kForeign},
    {"app/", "", other_than("(CLI|fmt|spdlog)/|(pthread|unistd|sys/resource).h>"), kForeign},
    // The build does not see to this: a compiler looks beside the file before it looks elsewhere.
    {"lib/", "", std::regex(R"re(^#include "(?!\w+/\w+\.))re"), "include \"room/file.h\""},
    {"lib/ app/ test/", "", std::regex("^([^\x80-\xbf][\x80-\xbf]*){101}"), "over 100 columns"},
    {"lib/ app/ test/", "", std::regex(R"(//.*\b(TOD[O]|FIXM[E]|XX[X])\b)"),
     "do it, or open an issue"},
    {"test/", "", std::regex(R"(\bsleep [0-9.])"), "tests do not sleep: wait for the thing itself"},
    // A case is run by its name: one is an option to the runner, and the other two names to CMake.
    {"test/", "", std::regex(R"re(^TEST_CASE\("(-|[^"]*;))re"), "name it by words, without a ;"},
};

/// The directories of one machine, which no file of any kind names.
const std::regex kMachinePath(R"((^|[^\w.*/-])(/(w[o]rk|r[o]ot)\b|\.\./s[h]ared\b))");

constexpr std::size_t kHeaderLinesMax = 150;
constexpr std::size_t kSourceLinesMax = 400;

}  // namespace wordstream::house

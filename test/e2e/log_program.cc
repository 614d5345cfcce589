#include "e2e/log_program.h"

#include <fmt/format.h>

#include <utility>

namespace wordstream::e2e {
namespace {

// Lines come in by the pipe, and go out again once they are in the log. By time: each program has
// seconds of its own, so that none replaces what another one has rotated away.
constexpr const char* kScript = R"(
import logging.handlers, os, signal, sys
kind, path, name, told = sys.argv[1:]
lines_of_file = 8

def reopen(*_):
    global log
    log = open(path, 'ab', buffering=0)
    if _ and told:
        os.close(os.open(told, os.O_WRONLY))

class Reopens:
    def __init__(self):
        reopen()
        signal.signal(signal.SIGHUP, reopen)
    def write(self, line, number):
        log.write(line.encode())

class Handler:
    def __init__(self, handler):
        self.handler = handler
    def write(self, line, number):
        self.handler.emit(logging.makeLogRecord({'msg': line.rstrip('\n')}))

class Timed(Handler):
    never = 1 << 40
    def write(self, line, number):
        is_time = number % lines_of_file == 0
        self.handler.rolloverAt = 10**9 + 1000 * ord(name) + number if is_time else self.never
        super().write(line, number)

handlers = logging.handlers
writer = {
    'Reopens': Reopens,
    'Watches': lambda: Handler(handlers.WatchedFileHandler(path)),
    'RotatesBySize': lambda: Handler(handlers.RotatingFileHandler(
        path, maxBytes=4 * lines_of_file, backupCount=100)),
    'RotatesByTime': lambda: Timed(handlers.TimedRotatingFileHandler(path, when='S', utc=True)),
}[kind]()
print('ready', flush=True)
for number, line in enumerate(sys.stdin, 1):
    writer.write(line, number)
    print(line, end='', flush=True)
)";

const char* name_of(LogProgram::Kind kind) {
  switch (kind) {
    case LogProgram::Kind::Reopens:
      return "Reopens";
    case LogProgram::Kind::Watches:
      return "Watches";
    case LogProgram::Kind::RotatesBySize:
      return "RotatesBySize";
    case LogProgram::Kind::RotatesByTime:
      return "RotatesByTime";
  }
  return "";
}

}  // namespace

LogProgram::LogProgram(Kind kind, const std::string& path, std::string name,
                       const std::string& told)
    : name_(std::move(name)),
      program_({"python3", "-c", kScript, name_of(kind), path, name_, told},
               {.input = cli::Input::Pipe}) {
  program_.wait_for_stdout("ready\n");
}

void LogProgram::write() {
  words_.push_back(fmt::format("{}{}", name_, words_.size() + 1));
  program_.write_stdin(words_.back() + "\n");
  program_.wait_for_stdout("\n" + words_.back() + "\n");
}

void LogProgram::write(int line_count) {
  for (; line_count > 0; --line_count) write();
}

}  // namespace wordstream::e2e

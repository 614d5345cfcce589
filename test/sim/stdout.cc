#include "sim/stdout.h"

#include <algorithm>

#include "sim/files.h"

namespace wordstream::sim {

/// The program's end of its standard output.
class FakeOutput final : public Output {
 public:
  FakeOutput(Handles& handles, Prng& prng, Trace& trace, FakeStdout& out)
      : prng_(prng), trace_(trace), out_(out), entry_(handles, [this] {
          const bool can_go_on = out_.room() != 0 || out_.is_closed_ || out_.is_full_;
          return Readiness{.writable = can_go_on, .hung_up = out_.is_closed_};
        }) {}

  int handle() const override { return entry_.number(); }
  bool is_terminal() const override { return out_.is_terminal; }

  Result<std::size_t> write(std::string_view bytes) override {
    if (out_.is_closed_) return fail(ErrorCode::Closed, "cannot write to stdout: Broken pipe");
    if (out_.is_full_) {
      return fail(ErrorCode::Io, "cannot write to stdout: No space left on device");
    }
    const std::size_t most = std::min(bytes.size(), out_.room());
    if (most == 0) return std::size_t{0};
    const std::size_t taken = prng_.part_of(most);
    out_.text_ += bytes.substr(0, taken);
    if (out_.is_stalled_) out_.unread_count_ += taken;
    trace_.note("stdout: {}", bytes.substr(0, taken));
    return taken;
  }

 private:
  Prng& prng_;
  Trace& trace_;
  FakeStdout& out_;
  Handles::Entry entry_;
};

class FakeTerminal final : public Terminal {
 public:
  FakeTerminal(Handles& handles, Prng& prng, Trace& trace, FakeStdout& out)
      : out_(out), output_(handles, prng, trace, out), resized_(handles, out) {}
  ~FakeTerminal() override { out_.is_taken_over_ = false; }
  FakeTerminal(const FakeTerminal&) = delete;
  FakeTerminal& operator=(const FakeTerminal&) = delete;

  int handle() const override { return output_.handle(); }
  bool is_terminal() const override { return true; }
  Result<std::size_t> write(std::string_view bytes) override { return output_.write(bytes); }
  const TerminalTraits& traits() const override { return out_.traits; }
  const Pollable& resized() const override { return resized_; }
  ScreenSize size() override {
    out_.was_resized_ = false;
    return out_.size_;
  }
  void take_over() override { out_.is_taken_over_ = true; }
  void give_back() override { out_.is_taken_over_ = false; }

 private:
  class Resized final : public Pollable {
   public:
    Resized(Handles& handles, const FakeStdout& out)
        : entry_(handles, [&out] { return Readiness{.readable = out.was_resized_}; }) {}
    int handle() const override { return entry_.number(); }

   private:
    Handles::Entry entry_;
  };

  FakeStdout& out_;
  FakeOutput output_;
  Resized resized_;
};

void FakeStdout::stall() { is_stalled_ = true; }

void FakeStdout::resume() {
  is_stalled_ = false;
  unread_count_ = 0;
}

void FakeStdout::close() { is_closed_ = true; }

void FakeStdout::fill_up() { is_full_ = true; }

void FakeStdout::resize(ScreenSize to) {
  size_ = to;
  was_resized_ = true;
}

Result<std::unique_ptr<Output>> FakeFiles::standard_output() {
  if (out.was_closed_at_start) {
    return fail(ErrorCode::Io, "cannot write to stdout: it is closed");
  }
  return std::make_unique<FakeOutput>(handles_, prng_, trace_, out);
}

Result<std::unique_ptr<Terminal>> FakeFiles::standard_terminal() {
  if (out.was_closed_at_start) {
    return fail(ErrorCode::Io, "cannot write to stdout: it is closed");
  }
  if (!out.is_terminal) return fail(ErrorCode::InvalidArgument, "stdout is no terminal");
  return std::make_unique<FakeTerminal>(handles_, prng_, trace_, out);
}

}  // namespace wordstream::sim

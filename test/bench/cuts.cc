// How late batches are cut at full load: the whole program's pipeline, with a clock that remembers
// when it was asked for the wall time. Under way that is at each cut, and nowhere else.
//   bench_cuts PORT BATCH_MS BATCHES FILE
// Connects to the port and ends after so many batches. The top ten go to stdout as TSV; FILE gets a
// line for each cut: by how many microseconds it came after the batch's end.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "engine/config.h"
#include "engine/pipeline.h"
#include "env/clock.h"
#include "env/entropy.h"
#include "env/env.h"
#include "env/memory.h"
#include "env/storage.h"

using namespace wordstream;

namespace {

/// Read by several threads, but its wall time by one at a time: whoever opens the pipeline, and
/// then the counting loop.
class RememberingClock final : public Clock {
 public:
  SteadyTime steady() const override { return clock_.steady(); }
  WallTime wall() const override {
    asked_.push_back(clock_.wall());
    return asked_.back();
  }
  BootTime boot() const override { return clock_.boot(); }
  std::vector<WallTime>& asked() { return asked_; }

 private:
  RealClock clock_;
  mutable std::vector<WallTime> asked_;
};

class Nobody final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

Config config_of(char** argv) {
  Config config;
  config.source = std::make_shared<ConnectTo>(
      Endpoint{"127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[1]))});
  config.batch = Millis(std::atol(argv[2]));
  config.batch_count_max = std::stoul(argv[3]);
  config.sinks = {SinkChoice{std::make_shared<ToStdout>(), FormatKind::Tsv, 10}};
  return config;
}

bool write_lateness(const char* path, const std::vector<WallTime>& cuts, Millis batch) {
  std::FILE* const file = std::fopen(path, "w");
  if (file == nullptr) return false;
  for (const WallTime cut : cuts) {
    const std::chrono::duration<double, std::micro> late = cut.time_since_epoch() % Nanos(batch);
    fmt::print(file, "{:.1f}\n", late.count());
  }
  return std::fclose(file) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fputs("usage: bench_cuts PORT BATCH_MS BATCHES FILE\n", stderr), 64;
  const Config config = config_of(argv);
  RememberingClock clock;
  Nobody nobody;
  const auto files = make_real_files();
  const auto network = make_real_network();
  const auto kafka = make_real_kafka();
  const auto storage = make_real_storage();
  const HeapMemory memory;
  const auto make_poller = [] { return make_real_poller().value(); };
  const Env env{clock,       *network,     *kafka,       *files,          *storage,      memory,
                make_poller, random_key(), random_key(), random_key()[0], process_name()};
  Control control;
  const auto pipeline = Pipeline::open(config, env, control, nobody);
  if (!pipeline) return fmt::print(stderr, "bench_cuts: {}\n", pipeline.error().message), 74;
  clock.asked().clear();
  if (const Status outcome = (*pipeline)->run(); !outcome) {
    return fmt::print(stderr, "bench_cuts: {}\n", outcome.error().message), 74;
  }
  return write_lateness(argv[4], clock.asked(), config.batch) ? 0 : 73;
}

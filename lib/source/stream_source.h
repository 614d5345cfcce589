// Reads a file or a pipe to its end: standard input, a named file, a named pipe.
#pragma once

#include <memory>
#include <string>

#include "env/files.h"
#include "source/source.h"

namespace wordstream {

class StreamSource final : public Source {
 public:
  /// Reads `path`, or standard input where it is "-".
  StreamSource(std::string path, Files& files, const SourceContext& context);
  ~StreamSource() override;

  Status open() override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  std::string path_;
  Files& files_;
  SourceContext context_;
  LineFramer framer_{context_.budget};
  std::unique_ptr<File> file_;
  bool is_pollable_ = false;  // reading may block: only read what the poller found ready
  bool has_ended_ = false;
};

}  // namespace wordstream

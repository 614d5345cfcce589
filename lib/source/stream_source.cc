#include "source/stream_source.h"

#include <utility>

namespace wordstream {
namespace {

constexpr std::size_t kReadBytesMax = 1024 * 1024;

}  // namespace

StreamSource::StreamSource(std::string path, Files& files, const SourceContext& context)
    : path_(std::move(path)), files_(files), context_(context) {}

StreamSource::~StreamSource() {
  if (is_pollable_) context_.poller.forget(*file_);
}

Status StreamSource::open() {
  Result<std::unique_ptr<File>> file = path_ == "-" ? files_.standard_input() : files_.open(path_);
  if (!file) return fail(file);
  file_ = std::move(*file);
  is_pollable_ = context_.poller.watch(*file_, Interest::Read, 0);
  context_.observer.on(event::Opened{path_ == "-" ? "stdin" : path_});
  return {};
}

Result<Turn> StreamSource::poll(SteadyTime /*now*/, Block& block) {
  if (has_ended_) return framer_.finish(block) ? Turn::ended() : Turn::full();
  const std::span<char> room = framer_.room(block, kReadBytesMax);
  if (room.empty()) return Turn::full();
  if (is_pollable_ && context_.poller.take_ready().empty()) return Turn::idle();
  const Result<Read> read = file_->read(room);
  if (!read) return fail(read);
  switch (read->state) {
    case Read::State::Data:
      framer_.accept(block, read->bytes);
      break;
    case Read::State::NotNow:
      break;
    case Read::State::Ended:
      has_ended_ = true;
      return Turn::again();
  }
  return is_pollable_ ? Turn::idle() : Turn::again();
}

void StreamSource::stop() {
  drop_line(framer_, context_.observer, path_ == "-" ? "stdin" : path_, "the run was stopped");
}

}  // namespace wordstream

#include "source/unpacker.h"

#define ZLIB_CONST
#include <zlib.h>
#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_createDCtx_advanced(), which takes our memory
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "base/check.h"
#include "env/memory.h"

namespace wordstream {
namespace {

using State = Unpacker::State;

class GzipUnpacker final : public Unpacker {
 public:
  GzipUnpacker() {
    stream_.zalloc = [](void* /*us*/, unsigned count, unsigned size) {
      return allocate_counted(std::size_t{count} * size);
    };
    stream_.zfree = [](void* /*us*/, void* memory) { free_counted(memory); };
    constexpr int kGzipAlone = 16;
    has_memory_ = inflateInit2(&stream_, kGzipAlone + MAX_WBITS) == Z_OK;
  }
  ~GzipUnpacker() override { inflateEnd(&stream_); }

  void begin() override { inflateReset(&stream_); }

  Step step(std::string_view packed, std::span<char> into) override {
    if (!has_memory_) return {State::NoMemory};
    const unsigned in_size = size_of(packed.size());
    const unsigned out_size = size_of(into.size());
    stream_.next_in = reinterpret_cast<const unsigned char*>(packed.data());
    stream_.avail_in = in_size;
    stream_.next_out = reinterpret_cast<unsigned char*>(into.data());
    stream_.avail_out = out_size;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    Step step{State::Within, in_size - stream_.avail_in, out_size - stream_.avail_out};
    if (result == Z_STREAM_END) {
      step.state = State::Over;
    } else if (result == Z_MEM_ERROR) {
      step.state = State::NoMemory;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      step.state = State::Damaged;
      step.reason = stream_.msg != nullptr ? stream_.msg : zError(result);
    }
    return step;
  }

 private:
  static unsigned size_of(std::size_t size) {
    constexpr std::size_t kSizeMax = std::numeric_limits<unsigned>::max();
    return static_cast<unsigned>(std::min(size, kSizeMax));
  }

  z_stream stream_{};
  bool has_memory_ = false;
};

/// A call of zstd that fails does not tell what it has taken and given before. So each call has the
/// bytes of one part of a frame at most (the header of a frame or block, a block, a checksum), and
/// none as long as there may be text of the last one: then one that fails has given nothing.
class ZstdUnpacker final : public Unpacker {
 public:
  ZstdUnpacker()
      : context_(ZSTD_createDCtx_advanced(
            {[](void* /*us*/, std::size_t size) { return allocate_counted(size); },
             [](void* /*us*/, void* memory) { free_counted(memory); }, nullptr})) {
    if (context_ == nullptr) return;
    constexpr int kWindowLogMax = std::bit_width(kWindowBytesMax) - 1;
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kWindowLogMax);
  }
  ~ZstdUnpacker() override { ZSTD_freeDCtx(context_); }

  void begin() override {
    ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
    wanted_ = kFrameBytesFirst;
    may_hold_text_ = false;
  }

  Step step(std::string_view packed, std::span<char> into) override {
    if (context_ == nullptr) return {State::NoMemory};
    if (may_hold_text_) {
      const Step step = call({}, into);
      if (step.state != State::Within || step.given > 0) return step;
    }
    if (packed.empty()) return {State::Within};
    // What it wants reaches into the next block's header, if there is one: to that only then.
    const std::size_t wanted = wanted_ > kBlockHeaderBytes ? wanted_ - kBlockHeaderBytes : wanted_;
    return call(packed.substr(0, std::max<std::size_t>(wanted, 1)), into);
  }

 private:
  /// As many are in the smallest header of a frame, which ends in one more.
  static constexpr std::size_t kFrameBytesFirst = 5;
  static constexpr std::size_t kBlockHeaderBytes = 3;

  Step call(std::string_view packed, std::span<char> into) {
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    const std::size_t result = ZSTD_decompressStream(context_, &out, &in);
    if (ZSTD_isError(result) != 0) return failed(result);
    wanted_ = result;
    may_hold_text_ = out.pos == out.size;
    return {result == 0 ? State::Over : State::Within, in.pos, out.pos};
  }

  static Step failed(std::size_t result) {
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        return {State::LargeWindow};
      case ZSTD_error_memory_allocation:
        return {State::NoMemory};
      default:
        return {State::Damaged, 0, 0, ZSTD_getErrorName(result)};
    }
  }

  ZSTD_DCtx* context_;
  std::size_t wanted_ = kFrameBytesFirst;
  bool may_hold_text_ = false;
};

}  // namespace

std::unique_ptr<Unpacker> make_unpacker(Packing packing) {
  WS_CHECK(packing != Packing::None, "unpacking what is packed");
  if (packing == Packing::Gzip) return std::make_unique<GzipUnpacker>();
  return std::make_unique<ZstdUnpacker>();
}

}  // namespace wordstream

#include "packed.h"

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <memory>

#include "base/check.h"
#include "sim/prng.h"

namespace wordstream {

std::string gzip_of(std::string_view text, GzipHeader header) {
  z_stream stream{};
  constexpr int kGzip = 16;
  WS_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip + MAX_WBITS, 8,
                        Z_DEFAULT_STRATEGY) == Z_OK,
           "packing");
  std::string name = "app.log";
  std::string comment = "of Tuesday";
  std::string extra = "anything";
  gz_header fields{};
  fields.text = 1;
  fields.time = 1'700'000'000;
  fields.name = reinterpret_cast<Bytef*>(name.data());
  fields.comment = reinterpret_cast<Bytef*>(comment.data());
  fields.extra = reinterpret_cast<Bytef*>(extra.data());
  fields.extra_len = static_cast<uInt>(extra.size());
  fields.hcrc = 1;
  if (header == GzipHeader::Full) deflateSetHeader(&stream, &fields);
  std::string packed(deflateBound(&stream, text.size()) + 100, '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  WS_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "packing");
  packed.erase(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd_of(std::string_view text, const ZstdFrame& frame) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, frame.level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, frame.has_length ? 1 : 0);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, frame.has_checksum ? 1 : 0);
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), packed.data(), packed.size(), text.data(), text.size());
  WS_CHECK(ZSTD_isError(size) == 0, "packing");
  packed.resize(size);
  return packed;
}

std::string zstd_without_text(std::string_view bytes) {
  using namespace std::string_literals;
  return "\x53\x2a\x4d\x18"s + static_cast<char>(bytes.size()) + "\0\0\0"s + std::string(bytes);
}

std::string half_random(std::size_t size, std::uint64_t seed) {
  sim::Prng prng(seed);
  std::string text;
  while (text.size() < size) {
    for (auto left = prng.between(1, 40); left > 0; --left) text += static_cast<char>(prng.next());
    text += "\nthe same words again and again\n";
  }
  text.resize(size);
  return text;
}

}  // namespace wordstream

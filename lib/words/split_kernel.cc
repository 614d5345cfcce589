// Highway includes this file again for each of its targets. Those above AVX3_DL, which have lower
// numbers, bring nothing here, and each costs seconds to compile.
#define HWY_WANT_AVX3_DL 1
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | (HWY_AVX3_DL - 1))
// Else all but the portable target would need a processor with AES.
#define HWY_DISABLE_PCLMUL_AES 1
#define HWY_TARGET_INCLUDE "words/split_kernel.cc"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "text/padding.h"
#include "words/split_kernel.h"

HWY_BEFORE_NAMESPACE();
namespace wordstream {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// One bit for each byte of a stretch.
constexpr std::size_t kStretchBytes = 64;
static_assert(kStretchBytes <= kTextPadding);
/// A busy scan is faster than the hardware's own prefetching.
constexpr std::size_t kPrefetchBytes = 4096;

constexpr hn::CappedTag<std::uint8_t, kStretchBytes> kBytes;
using Bytes = hn::Vec<decltype(kBytes)>;

/// Which bytes of a stretch are what, as bits.
struct Stretch {
  std::uint64_t gap = 0;
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
};

template <class Mask>
HWY_INLINE std::uint64_t bits_of(const Mask& mask) {
  if (hn::Lanes(kBytes) == 1) return hn::AllTrue(kBytes, mask) ? 1 : 0;
  std::array<std::uint8_t, 8> bytes{};  // StoreMaskBits may write 8
  hn::StoreMaskBits(kBytes, mask, bytes.data());
  return std::bit_cast<std::uint64_t>(bytes);
}

template <Gaps kGaps>
HWY_INLINE auto gaps_of(Bytes bytes) {
  if constexpr (kGaps == Gaps::Spaces) {
    return hn::Eq(bytes, hn::Set(kBytes, ' '));
  } else {
    // Tab, LF, VT, FF, CR: the five from 9 on.
    const Bytes from_tab = hn::Sub(bytes, hn::Set(kBytes, '\t'));
    const auto is_control = hn::Eq(hn::Min(from_tab, hn::Set(kBytes, 4)), from_tab);
    return hn::Or(is_control, hn::Eq(bytes, hn::Set(kBytes, ' ')));
  }
}

template <Gaps kGaps>
HWY_INLINE Stretch look_at(const char* text) {
  Stretch stretch;
  const std::size_t lanes = hn::Lanes(kBytes);
  for (std::size_t i = 0; i < kStretchBytes; i += lanes) {
    const Bytes bytes = hn::LoadU(kBytes, reinterpret_cast<const std::uint8_t*>(text) + i);
    stretch.gap |= bits_of(gaps_of<kGaps>(bytes)) << i;
    stretch.lf |= bits_of(hn::Eq(bytes, hn::Set(kBytes, '\n'))) << i;
    stretch.cr |= bits_of(hn::Eq(bytes, hn::Set(kBytes, '\r'))) << i;
  }
  return stretch;
}

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
constexpr hn::FixedTag<std::uint32_t, 16> kPlaces;

/// The numbers from 0 on. (With a first number that varies, Highway's Iota stores them one by one
/// and waits until they can be loaded as a vector, which took two fifths of the splitter's time.)
template <class Number, std::size_t kCount>
struct Numbers {
  alignas(64) std::array<Number, kCount> each = [] {
    std::array<Number, kCount> numbers{};
    for (std::size_t i = 0; i < kCount; ++i) numbers[i] = static_cast<Number>(i);
    return numbers;
  }();
};
#endif

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4
/// For each byte the places of its bits, one behind the other, and zeros.
constexpr auto kPlacesOfBits = [] {
  std::array<std::array<std::uint8_t, 8>, 256> all{};
  for (std::size_t byte = 0; byte < all.size(); ++byte) {
    std::size_t count = 0;
    for (std::uint8_t bit = 0; bit < 8; ++bit) {
      if ((byte >> bit & 1U) != 0) all[byte][count++] = bit;
    }
  }
  return all;
}();
#endif

/// The places of the bits, one behind the other; garbage behind them. Returns their end. Without
/// asking how many there are: the end of a loop over the bits would be guessed wrong in every
/// stretch.
HWY_INLINE std::uint32_t* write_places(std::uint64_t bits, std::size_t offset, std::uint32_t* to) {
#if HWY_TARGET == HWY_AVX3_DL
  // All 64 at once, those of no bit squeezed out while they are bytes, and then as many as there
  // are made wider: two vectors of sixteen for nearly all stretches.
  static constexpr Numbers<std::uint8_t, kStretchBytes> kNumbers;
  const auto base = hn::Set(kPlaces, static_cast<std::uint32_t>(offset));
  alignas(64) std::array<std::uint8_t, kStretchBytes> places;
  const auto squeezed = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kNumbers.each.data()));
  _mm512_store_si512(places.data(), squeezed);
  const int count = std::popcount(bits);
  const auto widen = [&](std::size_t from) HWY_ATTR {
    constexpr hn::Rebind<std::uint8_t, decltype(kPlaces)> kNarrow;
    const auto wide = hn::PromoteTo(kPlaces, hn::Load(kNarrow, places.data() + from));
    hn::StoreU(hn::Add(wide, base), kPlaces, to + from);
  };
  widen(0);
  widen(16);
  if (count > 32) [[unlikely]] {
    widen(32);
    widen(48);
  }
  return to + count;
#elif HWY_TARGET == HWY_AVX3
  // Sixteen at once, those of no bit squeezed out (1.6 times faster).
  static constexpr Numbers<std::uint32_t, 16> kNumbers;
  const auto numbers = hn::Load(kPlaces, kNumbers.each.data());
  for (std::size_t i = 0; i < kStretchBytes; i += 16) {
    const auto part = std::bit_cast<std::array<std::uint8_t, 8> >(bits >> i & 0xffff);
    const auto places = hn::Add(numbers, hn::Set(kPlaces, static_cast<std::uint32_t>(offset + i)));
    hn::StoreU(hn::CompressBits(places, part.data()), kPlaces, to);
    to += std::popcount(bits >> i & 0xffff);
  }
  return to;
#elif HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4
  // Those of eight bits at once, from a table of all there can be.
  constexpr hn::CappedTag<std::uint32_t, 8> kWide;
  constexpr hn::Rebind<std::uint8_t, decltype(kWide)> kNarrow;
  for (std::size_t i = 0; i < kStretchBytes; i += 8) {
    const std::uint64_t part = bits >> i & 0xff;
    const auto base = hn::Set(kWide, static_cast<std::uint32_t>(offset + i));
    for (std::size_t at = 0; at < 8; at += hn::Lanes(kWide)) {
      const auto places = hn::PromoteTo(kWide, hn::LoadU(kNarrow, &kPlacesOfBits[part][at]));
      hn::StoreU(hn::Add(places, base), kWide, to + at);
    }
    to += std::popcount(part);
  }
  return to;
#else
  // As many as a stretch of text mostly has, and only then the rest.
  constexpr int kUsual = 24;
  constexpr std::uint64_t kLast = std::uint64_t{1} << 63U;  // the place of a bit that is not there
  const auto base = static_cast<std::uint32_t>(offset);
  std::uint32_t* const end = to + std::popcount(bits);
#pragma GCC unroll 24
  for (int i = 0; i < kUsual; ++i, bits &= bits - 1) {
    *to++ = base + static_cast<std::uint32_t>(std::countr_zero(bits | kLast));
  }
  for (; bits != 0; bits &= bits - 1) {
    *to++ = base + static_cast<std::uint32_t>(std::countr_zero(bits));
  }
  return end;
#endif
}

/// The empty words that are dropped at the line end at `end`, behind a gap: as many as the gap has
/// spaces, and the one before it where that is the whole line.
HWY_NOINLINE std::uint64_t dropped_before(std::string_view lines, std::size_t end) {
  std::size_t begin = end;
  while (begin != 0 && lines[begin - 1] == ' ') --begin;
  const bool is_whole_line = begin == 0 || lines[begin - 1] == '\n' || lines[begin - 1] == '\r';
  return end - begin + (is_whole_line ? 1 : 0);
}

/// Counts what empty words come from: there is one at every space and line end without a word
/// before it, but for those that are dropped.
HWY_INLINE void count_gaps(Stretch stretch, SplitProgress& progress) {
  progress.gap_count += static_cast<std::uint64_t>(std::popcount(stretch.gap));
  const std::uint64_t behind_gap = stretch.gap << 1U | progress.is_behind_gap;
  progress.is_behind_gap = stretch.gap >> 63U;
  for (std::uint64_t ends = (stretch.lf | stretch.cr) & behind_gap; ends != 0; ends &= ends - 1) {
    const auto place = static_cast<std::size_t>(std::countr_zero(ends));
    progress.dropped_count += dropped_before(progress.lines, progress.offset + place);
  }
}

template <Gaps kGaps>
HWY_INLINE std::uint32_t* split_stretch(Stretch stretch, std::uint64_t is_text,
                                        SplitProgress& progress, std::uint32_t* edges) {
  stretch = {stretch.gap & is_text, stretch.lf & is_text, stretch.cr & is_text};
  if constexpr (kGaps == Gaps::Spaces) count_gaps(stretch, progress);

  const std::uint64_t line_ends = stretch.lf | stretch.cr;
  const std::uint64_t crlf = stretch.lf & (stretch.cr << 1U | progress.is_behind_cr);
  progress.is_behind_cr = stretch.cr >> 63U;
  progress.line_count += static_cast<std::uint64_t>(std::popcount(line_ends ^ crlf));

  const std::uint64_t in_word = is_text & ~(stretch.gap | line_ends);
  const std::uint64_t changes = in_word ^ (in_word << 1U | progress.is_in_word);
  progress.is_in_word = in_word >> 63U;
  return write_places(changes, progress.offset, edges);
}

template <Gaps kGaps>
std::uint32_t* split(SplitProgress& progress, std::size_t size, std::uint32_t* edges) {
  const std::string_view lines = progress.lines;
  const std::size_t end = std::min(lines.size(), progress.offset + size);
  SplitProgress here = progress;  // in registers
  for (; here.offset + kStretchBytes <= end; here.offset += kStretchBytes) {
    const char* const text = lines.data() + here.offset;
    __builtin_prefetch(text + kPrefetchBytes);
    edges = split_stretch<kGaps>(look_at<kGaps>(text), ~std::uint64_t{0}, here, edges);
  }
  if (here.offset < end) {
    const std::uint64_t is_text = (std::uint64_t{1} << (end - here.offset)) - 1;
    const char* const text = lines.data() + here.offset;
    edges = split_stretch<kGaps>(look_at<kGaps>(text), is_text, here, edges);
    here.offset = end;
  }
  progress = here;
  return edges;
}

constexpr SplitTarget target(const char* name) {
  return {name, &split<Gaps::Spaces>, &split<Gaps::Blanks>};
}

}  // namespace

SplitTarget split_target(const char* name) { return target(name); }

}  // namespace HWY_NAMESPACE
}  // namespace wordstream
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordstream {
namespace {

// Highway's own choice is in a library that Debian has no archive of: the binary would need it at
// run time.
std::vector<SplitTarget> find_targets() {
  std::vector<SplitTarget> targets;
  // Each needs all that the compiler may use for its target.
#if HWY_TARGETS & (HWY_AVX3_DL | HWY_AVX3)
  const bool has_avx512 = __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
#endif
#if HWY_TARGETS & HWY_AVX3_DL
  if (has_avx512 && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vbmi") &&
      __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq") &&
      __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("vpclmulqdq") &&
      __builtin_cpu_supports("gfni")) {
    targets.push_back(N_AVX3_DL::split_target("AVX-512 VBMI2"));
  }
#endif
#if HWY_TARGETS & HWY_AVX3
  if (has_avx512) targets.push_back(N_AVX3::split_target("AVX-512"));
#endif
#if HWY_TARGETS & HWY_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("fma")) {
    targets.push_back(N_AVX2::split_target("AVX2"));
  }
#endif
#if HWY_TARGETS & HWY_SSE4
  if (__builtin_cpu_supports("sse4.2")) targets.push_back(N_SSE4::split_target("SSE4"));
#endif
  targets.push_back(HWY_STATIC_DISPATCH(split_target)("portable"));
  return targets;
}

}  // namespace

std::span<const SplitTarget> split_targets() {
  static const std::vector<SplitTarget> targets = find_targets();
  return targets;
}

}  // namespace wordstream
#endif  // HWY_ONCE

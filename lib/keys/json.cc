// A value of a line of JSON, by its pointer.
#include <fmt/format.h>
#ifdef __SSE2__
#define RAPIDJSON_SSE2  // of its own, not asked of the processor
#endif
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "keys/selector.h"
#include "text/padding.h"
#include "text/utf8.h"

namespace wordstream {
namespace {

/// The handler ends what is deeper, so that the reader's recursion has an end.
constexpr std::size_t kDepthMax = 1024;

/// "~1" is a slash, and "~0" a tilde.
std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (pointer[i] == '~') {
      tokens.back() += pointer[++i] == '1' ? '/' : '~';
    } else {
      tokens.back() += pointer[i];
    }
  }
  return tokens;
}

/// The value of the escape "\\uXXXX" at `at`; 0 where there is none.
unsigned escaped_unit(std::string_view text, std::size_t at) {
  if (text.substr(std::min(at, text.size()), 2) != "\\u" || at + 6 > text.size()) return 0;
  unsigned unit = 0;
  const char* const end = text.data() + at + 6;
  return std::from_chars(text.data() + at + 2, end, unit, 16).ptr == end ? unit : 0;
}

/// Makes half a pair of surrogates U+FFFD, as jq does: alone it is no character, though the grammar
/// of JSON has it.
void mend_surrogates(std::string& line) {
  for (std::size_t at = line.find('\\'); at != line.npos; at = line.find('\\', at)) {
    const unsigned unit = escaped_unit(line, at);
    if (unit == 0) {
      at += 2;
      continue;
    }
    const bool is_first = unit >= 0xD800 && unit < 0xDC00;
    const unsigned next = is_first ? escaped_unit(line, at + 6) : 0;
    const bool is_pair = next >= 0xDC00 && next < 0xE000;
    const bool is_half = unit >= 0xD800 && unit < 0xE000 && !is_pair;
    if (is_half) line.replace(at, 6, "\\ufffd");
    at += is_pair ? 12 : 6;
  }
}

/// Follows the path to the value, the first of equal names, and notes its text.
class PathHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, PathHandler> {
 public:
  PathHandler(const std::vector<std::string>& path, rapidjson::InsituStringStream& stream,
              std::string_view line, std::string& text)
      : path_(path), stream_(stream), line_(line), text_(text) {}

  bool has_found() const { return has_found_; }

  bool Null() { return take("null"); }
  bool Bool(bool is_true) { return take(is_true ? "true" : "false"); }
  bool RawNumber(const char* bytes, rapidjson::SizeType size, bool) { return take({bytes, size}); }
  bool String(const char* bytes, rapidjson::SizeType size, bool) { return take({bytes, size}); }
  bool StartObject() { return start(false); }
  bool StartArray() { return start(true); }
  bool EndObject(rapidjson::SizeType) { return end(); }
  bool EndArray(rapidjson::SizeType) { return end(); }
  bool Key(const char* bytes, rapidjson::SizeType size, bool) {
    is_next_ = is_in_it() && std::string_view(bytes, size) == path_[level_];
    return true;
  }

 private:
  /// What comes next is in the value that the path leads into, and in nothing inside that.
  bool is_in_it() const { return !is_over_ && depth_ == level_ + 1 && level_ < path_.size(); }

  /// Whether the value that begins now is where the path, or its first so many names, lead to.
  bool is_on_path() {
    if (is_over_) return false;
    if (depth_ == 0) return true;
    if (!is_in_it()) return false;
    if (is_array_) is_next_ = std::to_string(index_++) == path_[level_];
    return std::exchange(is_next_, false);
  }

  bool take(std::string_view text) {
    if (!is_on_path()) return true;
    is_over_ = true;
    has_found_ = depth_ == path_.size();
    if (has_found_) text_ = text;
    return true;
  }

  bool start(bool is_array) {
    if (is_on_path()) {
      level_ = depth_;
      is_array_ = is_array;
      index_ = 0;
      begin_ = stream_.Tell() - 1;
    }
    return ++depth_ <= kDepthMax;
  }

  bool end() {
    --depth_;
    if (is_over_ || depth_ != level_) return true;
    is_over_ = true;
    has_found_ = level_ == path_.size();
    if (has_found_) text_ = line_.substr(begin_, stream_.Tell() - begin_);
    return true;
  }

  const std::vector<std::string>& path_;
  rapidjson::InsituStringStream& stream_;
  std::string_view line_;
  std::string& text_;
  std::size_t depth_ = 0;  // of open values
  // Of the one that the path leads into, from its root on:
  std::size_t level_ = 0;
  std::size_t begin_ = 0;
  bool is_array_ = false;
  std::uint64_t index_ = 0;  // of its next element
  bool is_next_ = false;     // what stands behind this name is on the path
  bool is_over_ = false;     // nothing that comes is
  bool has_found_ = false;
};

class JsonSelector final : public Selector {
 public:
  explicit JsonSelector(const JsonChoice& choice) : path_(tokens_of(choice.pointer)) {}

  void select(std::string_view line, bool is_cut, Selected& selected) override {
    // RapidJSON would find that, too, byte by byte.
    if (is_cut || !is_valid_utf8(line)) return;
    line_.assign(line);
    mend_surrogates(line_);
    line_.append(kTextPadding, '\0');  // the first NUL is the end; more than that is read
    rapidjson::InsituStringStream stream(line_.data());
    constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
    PathHandler handler(path_, stream, line, text_);
    const bool is_json = !reader_.Parse<kFlags>(stream, handler).IsError();
    if (is_json && handler.has_found() && stream.Tell() == line.size()) selected.add(text_);
  }

 private:
  std::vector<std::string> path_;
  rapidjson::Reader reader_;
  std::string line_;
  std::string text_;
};

}  // namespace

std::unique_ptr<Selector> make_json_selector(const JsonChoice& choice) {
  return std::make_unique<JsonSelector>(choice);
}

std::string_view json_library_version() { return RAPIDJSON_VERSION_STRING; }

Result<std::string> parse_json_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') {
    return wrong(fmt::format("'{}' is no JSON pointer: it begins with a slash, as /user/id", text));
  }
  for (std::size_t at = text.find('~'); at != text.npos; at = text.find('~', at + 1)) {
    const bool is_escape = at + 1 < text.size() && (text[at + 1] == '0' || text[at + 1] == '1');
    if (!is_escape) return wrong(fmt::format("'{}' has a ~ that is neither ~0 nor ~1", text));
  }
  return std::string(text);
}

}  // namespace wordstream

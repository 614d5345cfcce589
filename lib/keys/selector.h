// What of a line is looked at: one of these for each kind of choice, and one for each thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "keys/key_choice.h"

namespace wordstream {

/// What was selected of some lines, one behind the other.
class Selected {
 public:
  void add(std::string_view bytes) {
    text_ += bytes;
    ends_.push_back(text_.size());
  }
  void clear() {
    text_.clear();
    ends_.clear();
  }
  std::size_t size() const { return ends_.size(); }
  std::size_t byte_count() const { return text_.size(); }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

class Selector {
 public:
  virtual ~Selector() = default;
  /// Adds what is selected of a line, which has no end; nothing where there is none of it.
  /// `is_cut`: the line went on.
  virtual void select(std::string_view line, bool is_cut, Selected& selected) = 0;
};

/// Null for all of a line. Requires: check_keys() found nothing.
std::unique_ptr<Selector> make_selector(const KeyChoice& choice);

// One of each kind.
std::unique_ptr<Selector> make_field_selector(const FieldChoice& choice);
std::unique_ptr<Selector> make_match_selector(const MatchChoice& choice, std::size_t bytes_max);
std::unique_ptr<Selector> make_json_selector(const JsonChoice& choice);

}  // namespace wordstream

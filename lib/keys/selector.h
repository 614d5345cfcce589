// What of a line is looked at: one of these for each kind of choice, and one for each thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "keys/key_choice.h"
#include "text/padding.h"

namespace wordstream {

/// What was selected of some lines, each a line of its own: its end parts it from the next.
class Selected {
 public:
  void add(std::string_view bytes) {
    edges_.push_back(static_cast<std::uint32_t>(text_.size()));
    text_ += bytes;
    edges_.push_back(static_cast<std::uint32_t>(text_.size()));
    text_ += '\n';
  }
  void clear() {
    text_.clear();
    edges_.clear();
  }
  std::size_t size() const { return edges_.size() / 2; }
  std::size_t byte_count() const { return text_.size(); }
  std::string_view operator[](std::size_t i) const {
    return std::string_view(text_).substr(edges_[2 * i], edges_[2 * i + 1] - edges_[2 * i]);
  }

  /// All of it, with kTextPadding readable bytes behind it.
  std::string_view text() {
    text_.reserve(text_.size() + kTextPadding);
    return text_;
  }
  /// Where each begins and ends in that, in turn.
  std::vector<std::uint32_t>& edges() { return edges_; }

 private:
  std::string text_;
  std::vector<std::uint32_t> edges_;
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

#include "keys/key_options.h"

#include <string>

#include "catch.h"

using namespace wordstream;

namespace {

/// What is told to whoever counts elsewhere, and how that is understood there.
std::string there_and_back(const KeyChoice& choice) {
  const Result<KeyChoice> parsed = parse_key_options(to_options(choice));
  return parsed ? key_fingerprint(*parsed) : parsed.error().message;
}

}  // namespace

TEST_CASE("a choice is the same by its options", "[keys]") {
  std::vector<KeyChoice> choices(8);
  choices[1].split = KeySplit::Letters;
  choices[1].lower = true;
  choices[2].selector = FieldChoice{{2, -1}, "\t"};
  choices[2].split = KeySplit::Line;
  choices[3].selector = FieldChoice{{1}};
  choices[3].characters_min = 3;
  choices[4].selector = MatchChoice{"a b'\"(.)"};
  choices[4].grep = "\xc3\xa9";
  choices[5].selector = MatchChoice{".", true};
  choices[5].skip = "^#";
  choices[6].selector = JsonChoice{"/a~1b/0"};
  choices[6].split = KeySplit::Python;
  choices[7].split = KeySplit::Whitespace;
  for (const KeyChoice& choice : choices) CHECK(there_and_back(choice) == key_fingerprint(choice));
}

#include "source/rotated_files.h"

#include <algorithm>

#include "catch.h"
#include "sim/world.h"
#include "unit/source/meddled_files.h"

using namespace wordstream;

namespace {

/// A directory that holds what the test says.
class Listing final : public MeddledFiles {
 public:
  Listing() : MeddledFiles(world_.files) {}

  void add(const std::string& path, int modified, std::uint64_t size = 1, int birth = 0) {
    siblings_.push_back({path,
                         {FileInfo::Kind::Regular, 1, siblings_.size() + 1, size, Nanos(birth),
                          WallTime(Nanos(modified))}});
  }
  const Sibling& at(const std::string& path) const {
    return *std::ranges::find(siblings_, path, &Sibling::path);
  }

  Result<std::vector<Sibling>> siblings(const std::string& /*path*/) override { return siblings_; }

 private:
  sim::World world_{1};
  std::vector<Sibling> siblings_;
};

using Paths = std::vector<std::string>;

/// All that are unread, in the order in which their turn comes.
Paths unread(RotatedFiles& rotated) {
  const FileInfo current{FileInfo::Kind::Regular, 1, 1000};
  Paths paths;
  while (const auto next = rotated.oldest_unread(current, std::nullopt).value()) {
    paths.push_back(next->path);
    rotated.skip(next->info);
  }
  return paths;
}

Paths unread(Listing& listing) {
  RotatedFiles rotated("log", listing);
  return unread(rotated);
}

}  // namespace

TEST_CASE("rotated files come by when they were last written to, whatever their names",
          "[rotated files]") {
  Listing listing;
  listing.add("log.1", 30);
  listing.add("log.2", 10);
  listing.add("log-20250101", 20);
  CHECK(unread(listing) == Paths{"log.2", "log-20250101", "log.1"});
}

TEST_CASE("rotated files that were written to in one moment come by their births",
          "[rotated files]") {
  Listing listing;
  listing.add("log.1", 10, 1, 3);
  listing.add("log.2", 10, 1, 4);
  listing.add("log.3", 10, 1, 2);
  CHECK(unread(listing) == Paths{"log.3", "log.1", "log.2"});
}

TEST_CASE("rotated files that look alike come by their names", "[rotated files]") {
  const auto paths = GENERATE(Paths{"log.10", "log.9", "log.2", "log.1"},
                              Paths{"log-20241231", "log-20250101", "log-20250102"},
                              Paths{"log.241231", "log.250101", "log.250102"},
                              Paths{"log.1735689599", "log.1735689600"});
  Listing listing;
  Paths shuffled = paths;
  std::ranges::reverse(shuffled);
  std::ranges::rotate(shuffled, shuffled.begin() + 1);
  for (const std::string& path : shuffled) listing.add(path, 10);
  CHECK(unread(listing) == paths);
}

TEST_CASE("an empty rotated file comes by its name, whenever it was last touched",
          "[rotated files]") {
  Listing listing;
  listing.add("log.1", 30);
  listing.add("log.2", 5, 0);
  listing.add("log.3", 20);
  CHECK(unread(listing) == Paths{"log.3", "log.2", "log.1"});
}

TEST_CASE("what was rotated away before a file is old news, and what came after is not",
          "[rotated files]") {
  Listing listing;
  for (const int number : {1, 2, 3, 4}) listing.add("log." + std::to_string(number), 50 - number);
  RotatedFiles rotated("log", listing);
  REQUIRE(rotated.skip_before(listing.at("log.3")).has_value());
  CHECK(unread(rotated) == Paths{"log.3", "log.2", "log.1"});
}

#include "env/files.h"

#include <algorithm>
#include <set>
#include <utility>

#include "contract/contract.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

std::unique_ptr<File> open(Outside& outside, const std::string& name) {
  return outside.files().open(outside.path(name)).value();
}

bool same_file(const FileInfo& one, const FileInfo& two) {
  return one.device == two.device && one.inode == two.inode;
}

}  // namespace

CONTRACT("a file is read to its end", "[files]") {
  TestType outside;
  const std::string text(5000, 'x');
  outside.append("file", text + "end");
  const std::unique_ptr<File> file = open(outside, "file");
  const Reading reading = read_all(outside, *file);
  CHECK(reading.bytes == text + "end");
  CHECK(reading.has_ended);
}

CONTRACT("a file that grows has more to read after its end", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::unique_ptr<File> file = open(outside, "file");
  CHECK(read_all(outside, *file).bytes == "one");
  outside.append("file", "two");
  CHECK(read_all(outside, *file).bytes == "two");
  CHECK(read_all(outside, *file).bytes.empty());
}

CONTRACT("a file that became shorter says so, and is read again from its start", "[files]") {
  TestType outside;
  outside.append("file", "a long beginning");
  const std::unique_ptr<File> file = open(outside, "file");
  CHECK(read_all(outside, *file).bytes.size() == 16);
  outside.truncate("file", 0);
  outside.append("file", "new");
  CHECK(file->info().value().size == 3);
  CHECK(read_all(outside, *file).has_ended);
  REQUIRE(file->seek(0).has_value());
  CHECK(read_all(outside, *file).bytes == "new");
}

CONTRACT("a file is read on from any place, and knows where that is", "[files]") {
  TestType outside;
  outside.append("file", "0123456789");
  const std::unique_ptr<File> file = open(outside, "file");
  CHECK(file->offset() == 0);
  REQUIRE(file->seek(7).has_value());
  CHECK(file->offset() == 7);
  CHECK(read_all(outside, *file).bytes == "789");
  CHECK(file->offset() == 10);
  REQUIRE(file->seek(20).has_value());
  CHECK(read_all(outside, *file).has_ended);
}

CONTRACT("any part of a file is looked at, and reading goes on where it was", "[files]") {
  TestType outside;
  outside.append("file", "0123456789");
  const std::unique_ptr<File> file = open(outside, "file");
  REQUIRE(file->seek(5).has_value());
  std::string part(4, '-');
  CHECK(file->read_at(0, part) == 4);
  CHECK(part == "0123");
  CHECK(file->read_at(8, part) == 2);
  CHECK(part == "8923");
  CHECK(file->read_at(10, part) == 0);
  CHECK(file->read_at(99, part) == 0);
  CHECK(file->offset() == 5);
  CHECK(read_all(outside, *file).bytes == "56789");
}

CONTRACT("a file keeps its identity under another name", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::unique_ptr<File> file = open(outside, "file");
  const FileInfo before = file->info().value();
  CHECK(before.kind == FileInfo::Kind::Regular);
  outside.rename("file", "file.1");
  outside.append("file", "two");
  CHECK(same_file(before, file->info().value()));
  CHECK(same_file(before, outside.files().info(outside.path("file.1")).value()));
  CHECK_FALSE(same_file(before, outside.files().info(outside.path("file")).value()));
  CHECK(read_all(outside, *file).bytes == "one");
}

CONTRACT("a file without a name is still read", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::unique_ptr<File> file = open(outside, "file");
  outside.remove("file");
  CHECK(read_all(outside, *file).bytes == "one");
}

CONTRACT("a path where nothing stands is not found, by name", "[files]") {
  TestType outside;
  const auto opened = outside.files().open(outside.path("none"));
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::NotFound);
  CHECK(opened.error().message.find(outside.path("none")) != std::string::npos);
  const auto info = outside.files().info(outside.path("none"));
  REQUIRE_FALSE(info.has_value());
  CHECK(info.error().code == ErrorCode::NotFound);
}

CONTRACT("a directory is not read, and known for what it is", "[files]") {
  TestType outside;
  outside.make_directory("directory");
  const auto opened = outside.files().open(outside.path("directory"));
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::NotFound);
  CHECK(outside.files().info(outside.path("directory")).value().kind == FileInfo::Kind::Directory);
}

CONTRACT("a file that may not be read is not permitted", "[files]") {
  TestType outside;
  outside.append("file", "secret");
  if (!outside.forbid("file")) return;
  const auto opened = outside.files().open(outside.path("file"));
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::NotPermitted);
}

CONTRACT("a path is made absolute once, whether anything stands there or not", "[files]") {
  TestType outside;
  const std::string once = outside.files().absolute("nothing-here");
  CHECK(once.starts_with('/'));
  CHECK(once.ends_with("/nothing-here"));
  CHECK(outside.files().absolute(once) == once);
}

CONTRACT("the siblings of a path are the files whose names begin as its does, up to the extension",
         "[files]") {
  TestType outside;
  for (const char* const name : {"app.log", "app.log.1", "app-2026.log", "apple", "ap", "x.log"}) {
    outside.append(name, "");
  }
  std::set<std::string> names;
  const auto siblings = outside.files().siblings(outside.path("app.log")).value();
  for (const Sibling& it : siblings) names.insert(it.path);
  CHECK(names == std::set<std::string>{outside.path("app.log.1"), outside.path("app-2026.log"),
                                       outside.path("apple")});
  CHECK(stem_of("/a.b/log") == "/a.b/log");
  CHECK(stem_of("/a.b/.log") == "/a.b/.log");
  CHECK(stem_of("log.") == "log.");
  CHECK(stem_of("a.b.c") == "a.b");
}

CONTRACT("the siblings of a path without an extension begin with its name", "[files]") {
  TestType outside;
  outside.append("log.2", "first");
  outside.append("log.1", "second");
  outside.append("log", "third");
  outside.append("lo", "");
  outside.append("other.log.1", "");
  outside.make_directory("log.d");
  outside.append("log.d/log.3", "");
  auto siblings = outside.files().siblings(outside.path("log")).value();
  std::ranges::sort(siblings, {}, &Sibling::path);
  REQUIRE(siblings.size() == 2);
  CHECK(siblings[0].path == outside.path("log.1"));
  CHECK(siblings[1].path == outside.path("log.2"));
  CHECK(siblings[0].info.size == 6);
  for (const Sibling& sibling : siblings) {
    const FileInfo info = outside.files().info(sibling.path).value();
    CHECK(is_same_file(sibling.info, info));
    CHECK(is_same_file(info, outside.files().open(sibling.path).value()->info().value()));
  }
  CHECK(siblings[0].info.modified >= siblings[1].info.modified);
}

CONTRACT("a path where nothing stands has siblings, one without a directory is not found",
         "[files]") {
  TestType outside;
  CHECK(outside.files().siblings(outside.path("log")).value().empty());
  outside.append("log.1", "");
  CHECK(outside.files().siblings(outside.path("log")).value().size() == 1);
  const auto siblings = outside.files().siblings(outside.path("none/log"));
  REQUIRE_FALSE(siblings.has_value());
  CHECK(siblings.error().code == ErrorCode::NotFound);
}

CONTRACT("a pattern matches regular files as in glob(7), in its own directory and others",
         "[files]") {
  TestType outside;
  outside.make_directory("d");
  outside.make_directory("e.log");
  for (const char* const name : {"a.log", "b.log", ".c.log", "d/x.log", "d/y.txt", "a[1].log"}) {
    outside.append(name, "");
  }
  const auto matching = [&](const char* pattern) {
    std::vector<std::string> paths;
    const std::size_t own = outside.path("").size();
    const auto found = outside.files().matching(outside.path(pattern)).value();
    for (const Sibling& it : found) {
      CHECK(is_same_file(it.info, outside.files().info(it.path).value()));
      paths.push_back(it.path.substr(own));
    }
    std::ranges::sort(paths);
    return paths;
  };
  using Paths = std::vector<std::string>;
  CHECK(matching("*.log") == Paths{"a.log", "a[1].log", "b.log"});
  CHECK(matching("[ab].log") == Paths{"a.log", "b.log"});
  CHECK(matching("[!a].log") == Paths{"b.log"});
  CHECK(matching("?.log") == Paths{"a.log", "b.log"});
  CHECK(matching(".*.log") == Paths{".c.log"});
  CHECK(matching("*/*.log") == Paths{"d/x.log"});
  CHECK(matching("a\\[1\\].log") == Paths{"a[1].log"});
  CHECK(matching("b.log") == Paths{"b.log"});
  CHECK(matching("none*").empty());
  CHECK(matching("none/*").empty());
}

CONTRACT("a file that is written to was modified later than its siblings", "[files]") {
  TestType outside;
  outside.append("log.1", "");
  outside.append("log.2", "");
  const auto modified = [&] {
    auto siblings = outside.files().siblings(outside.path("log")).value();
    std::ranges::sort(siblings, {}, &Sibling::path);
    return std::pair(siblings.at(0).info.modified, siblings.at(1).info.modified);
  };
  // The kernel's time for files moves a few milliseconds at a time.
  for (int i = 0; i < 1'000'000 && modified().first <= modified().second; ++i) {
    outside.append("log.1", "more");
  }
  CHECK(modified().first > modified().second);
}

// Of a directory that has stood still for some ticks of the file system's clock the names are kept.
CONTRACT("what comes to a directory, goes and is renamed is listed, however long that stood still",
         "[files]") {
  TestType outside;
  for (const char* const name : {"log.1", "log.2", "log.3"}) outside.append(name, "");
  const WallTime made = outside.files().info(outside.path("log.3")).value().modified;
  const auto age = [&] {
    outside.append("log.1", "more");
    return outside.files().info(outside.path("log.1")).value().modified - made;
  };
  for (int i = 0; i < 100'000 && age() < std::chrono::milliseconds(150); ++i) {
    if (outside.files().siblings(outside.path("log")).value().size() != 3) FAIL("none was made");
  }
  outside.append("log.4", "");
  outside.rename("log.2", "log.5");
  const auto siblings = outside.files().siblings(outside.path("log")).value();
  std::set<std::string> names;
  for (const Sibling& it : siblings) names.insert(it.path);
  CHECK(names == std::set<std::string>{outside.path("log.1"), outside.path("log.3"),
                                       outside.path("log.4"), outside.path("log.5")});
}

CONTRACT("without holes every byte is data, and reading goes on where it was", "[files]") {
  TestType outside;
  outside.append("file", "0123456789");
  const std::unique_ptr<File> file = open(outside, "file");
  REQUIRE(file->seek(5).has_value());
  CHECK(file->next_data(0) == 0);
  CHECK(file->next_data(7) == 7);
  CHECK(file->next_data(10) == 10);
  CHECK(file->next_data(99) == 10);
  CHECK(file->offset() == 5);
  CHECK(read_all(outside, *file).bytes == "56789");
}

CONTRACT("what is written behind the end leaves a hole of NULs", "[files]") {
  TestType outside;
  constexpr std::uint64_t kFar = 1 << 20;  // larger than a block of any file system
  outside.append("file", "one");
  outside.truncate("file", 0);
  outside.write_at("file", kFar, "two");
  const std::unique_ptr<File> file = open(outside, "file");
  const std::string text = std::string(kFar, '\0') + "two";
  std::string found(text.size(), '-');
  CHECK(file->read_at(0, found) == text.size());
  CHECK(found == text);
  CHECK(file->next_data(kFar) == kFar);
  CHECK(file->next_data(kFar + 3) == kFar + 3);
  const std::uint64_t data = file->next_data(0).value();
  CHECK(data <= kFar);
  if (data == 0) {
    WARN("holes are not tested: the file system of the tests' directory has none");
    return;
  }
  CHECK(file->next_data(data) == data);
  outside.truncate("file", 0);
  outside.truncate("file", kFar);
  CHECK(file->next_data(1) == kFar);
  CHECK(file->offset() == 0);
}

CONTRACT("a copy is another file with the same bytes, and takes the place of one", "[files]") {
  TestType outside;
  outside.append("log", "one");
  outside.append("log.1", "older");
  const std::unique_ptr<File> older = open(outside, "log.1");
  outside.copy("log", "log.1");
  const std::unique_ptr<File> copy = open(outside, "log.1");
  CHECK(read_all(outside, *copy).bytes == "one");
  CHECK_FALSE(same_file(copy->info().value(), open(outside, "log")->info().value()));
  CHECK_FALSE(same_file(copy->info().value(), older->info().value()));
  CHECK(read_all(outside, *older).bytes == "older");
}

CONTRACT("a name that is given to another file leads there, and the old one is read on",
         "[files]") {
  TestType outside;
  outside.append("file", "one");
  outside.append("draft", "two");
  const std::unique_ptr<File> old = open(outside, "file");
  const FileInfo draft = outside.files().info(outside.path("draft")).value();
  outside.rename("draft", "file");
  CHECK(is_same_file(open(outside, "file")->info().value(), draft));
  CHECK(read_all(outside, *old).bytes == "one");
  CHECK_FALSE(outside.files().info(outside.path("draft")).has_value());
}

CONTRACT("a file tells when it was modified as its sibling does", "[files]") {
  TestType outside;
  outside.append("log", "one");
  outside.append("log.1", "one");
  const auto siblings = outside.files().siblings(outside.path("log")).value();
  REQUIRE(siblings.size() == 1);
  CHECK(siblings[0].info.modified == open(outside, "log.1")->info().value().modified);
  CHECK(siblings[0].info.modified == outside.files().info(outside.path("log.1")).value().modified);
}

CONTRACT("files that are done with are closed", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::size_t before = outside.open_count();
  for (int i = 0; i < 20; ++i) open(outside, "file");
  CHECK(outside.open_count() <= before);
}

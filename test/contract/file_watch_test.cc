#include <set>
#include <vector>

#include "contract/contract.h"
#include "env/files.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

/// One that tells of the names beside `name`, and of the file there if there is one.
std::unique_ptr<FileWatch> watch(Outside& outside, const std::string& name) {
  std::unique_ptr<FileWatch> made = outside.files().make_watch().value();
  REQUIRE(made->add_names(outside.path(name)).has_value());
  const auto added = made->add_file(outside.path(name));
  CHECK((added.has_value() || added.error().code == ErrorCode::NotFound));
  return made;
}

/// Whether `watch` tells of something that happened just now; takes its changes.
bool has_fired(Outside& outside, FileWatch& watch) {
  const bool fired = becomes_ready(outside, watch, Interest::Read);
  const FileWatch::Changes changes = watch.take_changes();
  return fired && !changes.all && !changes.ids.empty() && !is_ready(outside, watch, Interest::Read);
}

using Ids = std::vector<FileWatch::Id>;

}  // namespace

CONTRACT("a watch is quiet until something happens", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::unique_ptr<FileWatch> quiet = watch(outside, "file");
  CHECK_FALSE(is_ready(outside, *quiet, Interest::Read));
}

CONTRACT("a watch tells of growth, again and again", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::unique_ptr<FileWatch> watching = watch(outside, "file");
  for (int i = 0; i < 3; ++i) {
    outside.append("file", "more");
    CHECK(has_fired(outside, *watching));
  }
}

CONTRACT("a watch ends a wait", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::unique_ptr<FileWatch> watching = watch(outside, "file");
  const std::unique_ptr<Poller> poller = outside.make_poller();
  REQUIRE(poller->watch(*watching, Interest::Read, 1));
  outside.meanwhile([&] { outside.append("file", "more"); });
  poller->wait(std::nullopt);
  CHECK(poller->take_ready().size() == 1);
  poller->forget(*watching);
}

CONTRACT("a watch tells of truncation, renaming, removal", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::unique_ptr<FileWatch> watching = watch(outside, "file");
  outside.truncate("file", 1);
  CHECK(has_fired(outside, *watching));
  outside.rename("file", "other");
  CHECK(has_fired(outside, *watching));
  outside.append("other", "growth under the new name");
  CHECK(has_fired(outside, *watching));
  outside.remove("other");
  CHECK(has_fired(outside, *watching));
}

CONTRACT("a watch tells when its path is taken", "[files]") {
  TestType outside;
  const std::unique_ptr<FileWatch> watching = watch(outside, "file");
  outside.append("file", "");
  CHECK(has_fired(outside, *watching));
  outside.append("draft", "two");
  watching->take_changes();
  outside.rename("draft", "file");
  CHECK(has_fired(outside, *watching));
}

CONTRACT("a watch tells which of its files have changed, and which names", "[files]") {
  TestType outside;
  outside.append("app.log", "one");
  outside.append("other", "two");
  const auto watching = outside.files().make_watch().value();
  const auto names = watching->add_names(outside.path("app.log")).value();
  const auto app = watching->add_file(outside.path("app.log")).value();
  const auto other = watching->add_file(outside.path("other")).value();
  CHECK(std::set{names, app, other}.size() == 3);
  CHECK(watching->take_changes().ids.empty());
  outside.append("app.log", "more");
  CHECK(watching->take_changes().ids == Ids{app});
  outside.append("other", "more");
  outside.append("app.log", "more");
  outside.append("app.log", "more");
  CHECK(watching->take_changes().ids == Ids{app, other});
  outside.append("app-2.log", "");
  CHECK(watching->take_changes().ids == Ids{names});
  outside.rename("app.log", "app.log.1");
  CHECK(watching->take_changes().ids == Ids{names, app});
  outside.append("app.log.1", "more");
  CHECK(watching->take_changes().ids == Ids{app});
  CHECK_FALSE(watching->take_changes().all);
}

CONTRACT("names that do not begin with the stem wake nobody who takes the changes", "[files]") {
  TestType outside;
  const auto watching = outside.files().make_watch().value();
  const auto names = watching->add_names(outside.path("app.log")).value();
  outside.append("ap", "");
  outside.append("sys.log", "");
  outside.rename("sys.log", "sys.log.1");
  outside.remove("ap");
  CHECK(watching->take_changes().ids.empty());
  outside.rename("sys.log.1", "app");
  CHECK(watching->take_changes().ids == Ids{names});
}

CONTRACT("what was added twice is told of twice, until it is removed", "[files]") {
  TestType outside;
  outside.append("log", "one");
  const auto watching = outside.files().make_watch().value();
  const auto first = watching->add_file(outside.path("log")).value();
  outside.rename("log", "log.1");
  const auto second = watching->add_file(outside.path("log.1")).value();
  const auto names = watching->add_names(outside.path("log")).value();
  const auto others = watching->add_names(outside.path("other")).value();
  watching->take_changes();
  outside.append("log.1", "more");
  CHECK(watching->take_changes().ids == Ids{first, second});
  outside.append("log.1", "more");
  watching->remove(first);
  CHECK(watching->take_changes().ids == Ids{second});
  outside.append("log.1", "more");
  CHECK(watching->take_changes().ids == Ids{second});
  watching->remove(names);
  outside.append("log", "");
  CHECK(watching->take_changes().ids.empty());
  outside.append("other", "");
  CHECK(watching->take_changes().ids == Ids{others});
  watching->remove(second);
  watching->remove(second);
  outside.append("log.1", "more");
  CHECK(watching->take_changes().ids.empty());
  const auto again = watching->add_file(outside.path("log.1")).value();
  CHECK(again > others);
  outside.append("log.1", "more");
  CHECK(watching->take_changes().ids == Ids{again});
}

CONTRACT("a watched file that is gone is told of, and so is what takes its name", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const auto watching = outside.files().make_watch().value();
  const auto names = watching->add_names(outside.path("file")).value();
  const auto gone = watching->add_file(outside.path("file")).value();
  outside.remove("file");
  outside.append("file", "two");
  CHECK(watching->take_changes().ids == Ids{names, gone});
  const auto next = watching->add_file(outside.path("file")).value();
  watching->remove(gone);
  watching->take_changes();
  outside.append("file", "more");
  CHECK(watching->take_changes().ids == Ids{next});
}

CONTRACT("a watch tells that a watched file has lost its name to another", "[files]") {
  TestType outside;
  outside.append("file", "one");
  outside.append("draft", "two");
  const auto watching = outside.files().make_watch().value();
  const auto names = watching->add_names(outside.path("file")).value();
  const auto old = watching->add_file(outside.path("file")).value();
  const auto draft = watching->add_file(outside.path("draft")).value();
  outside.rename("draft", "file");
  CHECK(watching->take_changes().ids == Ids{names, old, draft});
  outside.append("file", "more");
  CHECK(watching->take_changes().ids == Ids{draft});
}

CONTRACT("a watch tells that somebody else may read a file, or nobody", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const auto watching = outside.files().make_watch().value();
  const auto names = watching->add_names(outside.path("file")).value();
  const auto file = watching->add_file(outside.path("file")).value();
  outside.forbid("file");
  CHECK(watching->take_changes().ids == Ids{names, file});
}

CONTRACT("a watch tells that the directory of its names is gone", "[files]") {
  TestType outside;
  outside.make_directory("logs");
  const auto watching = outside.files().make_watch().value();
  const auto names = watching->add_names(outside.path("logs/file")).value();
  outside.remove("logs");
  CHECK(watching->take_changes().ids == Ids{names});
  outside.make_directory("logs");
  outside.append("logs/file", "one");
  CHECK(watching->take_changes().ids.empty());
  CHECK(watching->add_names(outside.path("logs/file")).value() > names);
}

CONTRACT("a path without a directory cannot be watched, nor a file that is not there", "[files]") {
  TestType outside;
  const auto watching = outside.files().make_watch().value();
  const auto names = watching->add_names(outside.path("none/file"));
  REQUIRE_FALSE(names.has_value());
  CHECK(names.error().code == ErrorCode::NotFound);
  const auto file = watching->add_file(outside.path("file"));
  REQUIRE_FALSE(file.has_value());
  CHECK(file.error().code == ErrorCode::NotFound);
  CHECK(watching->take_changes().ids.empty());
}

CONTRACT("watches that are done with are closed", "[files]") {
  TestType outside;
  outside.append("file", "one");
  const std::size_t before = outside.open_count();
  for (int i = 0; i < 20; ++i) watch(outside, "file");
  CHECK(outside.open_count() <= before);
}

// What only the kernel's storage has: rights, links, and errno. The rest is test/contract/.
#include "env/storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "catch.h"
#include "cli/folder.h"
#include "env/descriptor.h"
#include "env/storage_error.h"

using namespace wordstream;
using wordstream::cli::Folder;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("outputs are for all to read, checkpoints for their owner alone", "[storage]") {
  const Folder folder;
  const auto storage = make_real_storage();
  const mode_t mask = ::umask(022);
  REQUIRE(storage->open_file(folder / "out").has_value());
  REQUIRE(storage->make_directory(folder / "state/job").has_value());
  REQUIRE(storage->lock_directory(folder / "state/job").has_value());
  ::umask(mask);
  CHECK(mode_of(folder / "out") == 0644);
  CHECK(mode_of(folder / "state") == 0700);
  CHECK(mode_of(folder / "state/job") == 0700);
  CHECK(mode_of(folder / "state/job/lock") == 0600);
}

TEST_CASE("a pipe and a device are no files to write to", "[storage]") {
  const Folder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  for (const std::string& path : {folder / "pipe", std::string("/dev/null")}) {
    const auto refused = make_real_storage()->open_file(path);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::CannotCreate);
  }
}

TEST_CASE("a link to a file that is not there yet makes it, durably, where it points",
          "[storage]") {
  const Folder folder;
  const auto storage = make_real_storage();
  REQUIRE(storage->make_directory(folder / "there").has_value());
  REQUIRE(::symlink("there/out", (folder / "link").c_str()) == 0);
  const auto file = storage->open_file(folder / "link").value();
  REQUIRE(file->append("to be").has_value());
  REQUIRE(file->sync().has_value());
  CHECK(::access((folder / "there/out").c_str(), F_OK) == 0);
}

TEST_CASE("a file that a program holds by an older kind of lock is busy, and that program named",
          "[storage]") {
  const Folder folder;
  const Descriptor other(::open(folder.write("out", "").c_str(), O_RDWR | O_CLOEXEC));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  REQUIRE(::fcntl(other.get(), F_SETLK, &lock) == 0);
  const auto refused = make_real_storage()->open_file(folder / "out");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
  CHECK(refused.error().message.find("process " + std::to_string(::getpid()) + " ") !=
        std::string::npos);
}

TEST_CASE("a lock file that is a link is not followed", "[storage]") {
  const Folder folder;
  REQUIRE(::symlink("elsewhere", (folder / "lock").c_str()) == 0);
  CHECK_FALSE(make_real_storage()->lock_directory(folder / ".").has_value());
  CHECK(::access((folder / "elsewhere").c_str(), F_OK) != 0);
}

TEST_CASE("each reason for not storing has its code, and an advice", "[storage]") {
  const auto code_of = [](int error) { return fail_storing("cannot", error).value().code; };
  CHECK(code_of(ENOSPC) == ErrorCode::NoSpace);
  CHECK(code_of(EDQUOT) == ErrorCode::NoSpace);
  CHECK(code_of(EROFS) == ErrorCode::NotPermitted);
  CHECK(code_of(EACCES) == ErrorCode::NotPermitted);
  CHECK(code_of(EPERM) == ErrorCode::NotPermitted);
  CHECK(code_of(ENOENT) == ErrorCode::CannotCreate);
  CHECK(code_of(ENOTDIR) == ErrorCode::CannotCreate);
  CHECK(code_of(EIO) == ErrorCode::Io);
  CHECK(code_of(EFBIG) == ErrorCode::Io);
  CHECK(fail_storing("cannot write to /x", ENOSPC).value().message ==
        "cannot write to /x: No space left on device; make room there, and start again");
}

// The files of a world, and somebody who does something to them just before one is opened, or
// just behind a listing; and for
// tests that replace more than that.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "env/files.h"

namespace wordstream {

class MeddledFiles : public Files {
 public:
  explicit MeddledFiles(Files& files) : files_(files) {}

  std::function<void()> before_open;
  std::function<void()> behind_listing;

  Result<std::unique_ptr<File>> open(const std::string& path) override {
    if (before_open) before_open();
    return files_.open(path);
  }
  Result<FileInfo> info(const std::string& path) override { return files_.info(path); }
  bool tells_changes(const std::string& path) const override { return files_.tells_changes(path); }
  Result<std::vector<Sibling>> matching(const std::string& pattern) override {
    return files_.matching(pattern);
  }
  Result<std::vector<Sibling>> siblings(const std::string& path) override {
    Result<std::vector<Sibling>> siblings = files_.siblings(path);
    if (behind_listing) behind_listing();
    return siblings;
  }
  std::string absolute(const std::string& path) const override { return files_.absolute(path); }
  Result<std::unique_ptr<FileWatch>> make_watch() override { return files_.make_watch(); }
  Result<std::unique_ptr<File>> standard_input() override { return files_.standard_input(); }
  Result<std::unique_ptr<Output>> standard_output() override { return files_.standard_output(); }
  Result<std::unique_ptr<Terminal>> standard_terminal() override {
    return files_.standard_terminal();
  }

 private:
  Files& files_;
};

}  // namespace wordstream

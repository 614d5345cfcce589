// What delivery begins with: from nothing, or from what earlier runs have left in a journal.
#pragma once

#include <memory>
#include <optional>

#include "delivery/base_writer.h"
#include "delivery/committer.h"
#include "delivery/recovery.h"
#include "window/fold.h"

namespace wordstream {

struct DeliveryStart {
  std::unique_ptr<Fold> fold = nullptr;  ///< never null once it is complete
  Committer committer = Committer();
  Recovery recovery = {};               ///< none without a journal, and in its first run
  std::optional<BaseWriter> base = {};  ///< where there is a journal and the fold remembers all
};

}  // namespace wordstream

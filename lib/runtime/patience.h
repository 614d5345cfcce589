// How long a run waits for whoever it needs and was not there yet: a server, a database, a file.
#pragma once

#include "base/time.h"

namespace wordstream {

struct Patience {
  Millis wait;       ///< as it was asked for, from the start of the run
  SteadyTime until;  ///< when that is over
};

}  // namespace wordstream

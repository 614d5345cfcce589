// The end of what has a handle of librdkafka: a broker or a name server that is away must not hold
// up whoever ends.
#pragma once

#include <memory>

namespace wordstream {

/// Has it destroyed by a thread that waits for that, where nobody else has it; and waits for that
/// thread for 1 s at most. A broker that is there takes milliseconds, and the program ends without
/// it.
void leave(std::shared_ptr<void> client);

}  // namespace wordstream

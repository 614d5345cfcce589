// What the delivery loop gives to sinks and to the live view, and the way that it goes.
#pragma once

#include <variant>

#include "model/emission.h"
#include "runtime/channel.h"

namespace wordstream {

using Delivery = std::variant<Emission, BatchEnd>;
using EmissionChannel = Channel<Delivery>;

}  // namespace wordstream

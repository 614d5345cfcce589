// For any processor of its kind: xxhash finds out which vectors those all have.
#include "base/digest_kernel.h"

namespace wordstream {

const DigestTarget kDigestBaseline = digest_target("baseline");

}  // namespace wordstream

// Compiled with -mavx2.
#define XXH_VECTOR XXH_AVX2
#include "base/digest_kernel.h"

namespace wordstream {

const DigestTarget kDigestAvx2 = digest_target("AVX2");

}  // namespace wordstream

// Compiled with -mavx512f.
#define XXH_VECTOR XXH_AVX512
#include "base/digest_kernel.h"

namespace wordstream {

const DigestTarget kDigestAvx512 = digest_target("AVX-512");

}  // namespace wordstream

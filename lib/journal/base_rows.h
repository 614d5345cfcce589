// The table `base`: what all batches up to one make together, in chunks that the journal does not
// look into. There may be two for a while, by number: the one in use, and the next being written.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "journal/statements.h"

namespace wordstream {

/// Adds a chunk to a base. Chunks count from 1.
Status write_base_chunk(Statements& statements, std::uint64_t number, std::uint64_t chunk,
                        std::string_view bytes);

/// Removes all bases but one.
Status remove_bases_but(Statements& statements, std::uint64_t number);

/// Visits the chunks of a base in their order. Fails with BadData unless there are `chunk_count`,
/// all undamaged; those before the first that is not have been visited.
Status read_base_chunks(Statements& statements, std::uint64_t number, std::uint64_t chunk_count,
                        const std::function<void(std::string_view chunk)>& visit);

}  // namespace wordstream

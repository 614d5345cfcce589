// A file of librdkafka's own properties, as kcat reads it: "key=value" lines, blank ones, and those
// that begin with #. Source: the README of kcat 1.7, "Configuration".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "env/files.h"
#include "env/kafka.h"

namespace wordstream {

/// Reads what stands in it. Fails with InvalidArgument where a line is none, or where a property is
/// named that the program sets itself, because its promise hangs on it. Values are never repeated.
Result<KafkaProperties> parse_kafka_properties(std::string_view text);

/// Of the file. Fails as files.open() does, and as above; the message has the path.
Result<KafkaProperties> read_kafka_properties(Files& files, const std::string& path);

}  // namespace wordstream

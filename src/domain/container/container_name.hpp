#pragma once

#include <cstdint>
#include <string>

namespace causeway::domain {

/// A name for a container whose user gave none, as Zun makes them: "<greek letter>-<1..24>-container". Every number
/// A letter and a number from 1 to 24, "omega-7": 576 of them.
std::string greek_number(std::uint64_t random);

/// gives a name, evenly; names need not be unique.
std::string generated_container_name(std::uint64_t random);

}  // namespace causeway::domain

#pragma once

#include <string>

namespace causeway::app {

/// What tells this program file from every other build of it: the linker's build id (note NT_GNU_BUILD_ID, elf(5)) in hex; "" where the
/// linker gave none.
std::string build_id();

}  // namespace causeway::app

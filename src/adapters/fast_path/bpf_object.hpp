#pragma once

#include <span>

namespace causeway::adapters {

/// The compiled programs of short_cut.bpf.c, an ELF file. Made at build time.
std::span<const unsigned char> short_cut_object();

}  // namespace causeway::adapters

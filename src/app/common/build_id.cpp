#include "causeway/app/common/build_id.hpp"

#include <elf.h>
#include <link.h>

#include <string_view>

#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

/// A note is a header, its owner's name, and what it says, the last two padded to words.
constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t(3); }

std::string_view build_id_among(std::string_view notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    const auto* const note = reinterpret_cast<const ElfW(Nhdr)*>(notes.data());
    const std::size_t name = sizeof(*note), text = name + padded(note->n_namesz), end = text + padded(note->n_descsz);
    if (end > notes.size()) break;
    if (note->n_type == NT_GNU_BUILD_ID && notes.substr(name, note->n_namesz) == std::string_view("GNU", 4))
      return notes.substr(text, note->n_descsz);
    notes.remove_prefix(end);
  }
  return {};
}

}  // namespace

std::string build_id() {
  std::string found;
  // the first that is visited is the program itself
  ::dl_iterate_phdr(
      [](dl_phdr_info* program, std::size_t, void* out) {
        for (int i = 0; i < program->dlpi_phnum; ++i) {
          const auto& segment = program->dlpi_phdr[i];
          if (segment.p_type != PT_NOTE) continue;
          const auto id =
              build_id_among({reinterpret_cast<const char*>(program->dlpi_addr + segment.p_vaddr), segment.p_memsz});
          if (!id.empty()) *static_cast<std::string*>(out) = to_hex(id);
        }
        return 1;
      },
      &found);
  return found;
}

}  // namespace causeway::app

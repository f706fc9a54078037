#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace causeway::testing {

/// One entry of a POSIX tar archive: header, contents, padding.
inline std::string tar_entry(std::string_view name, std::string_view contents, char type = '0') {
  std::string header(512, '\0');
  name.copy(header.data(), 100);
  fmt::format("{:07o}", 0644).copy(header.data() + 100, 7);
  fmt::format("{:011o}", contents.size()).copy(header.data() + 124, 11);
  header.replace(148, 8, 8, ' ');
  header[156] = type;
  std::string_view(
      "ustar\0"
      "00",
      8)
      .copy(header.data() + 257, 8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  fmt::format("{:06o}", sum).copy(header.data() + 148, 6);
  header[154] = '\0';
  std::string out = header + std::string(contents);
  out.resize((out.size() + 511) / 512 * 512, '\0');
  return out;
}

inline std::string tar_end() { return std::string(1024, '\0'); }

/// What `docker save` writes, in small.
inline std::string docker_archive(std::string_view layer = "layer bytes") {
  return tar_entry("abc/layer.tar", layer) + tar_entry("manifest.json", R"([{"Layers":["abc/layer.tar"]}])") +
         tar_end();
}

}  // namespace causeway::testing

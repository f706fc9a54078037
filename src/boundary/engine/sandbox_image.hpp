#pragma once

#include <string>

namespace causeway::boundary {

/// The image of the containers that hold a capsule's network: part of the program, needs no registry.
struct SandboxImage {
  std::string reference;  ///< names its content: another version is another image
  std::string archive;    ///< as `docker save` writes it
};

}  // namespace causeway::boundary

#include "causeway/domain/container/container_name.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace causeway::domain {

std::string greek_number(std::uint64_t random) {
  static constexpr std::array<std::string_view, 24> letters{
      "alpha", "beta", "gamma",   "delta", "epsilon", "zeta",  "eta", "theta",   "iota", "kappa", "lambda", "mu",
      "nu",    "xi",   "omicron", "pi",    "rho",     "sigma", "tau", "upsilon", "phi",  "chi",   "psi",    "omega"};
  return fmt::format("{}-{}", letters[random % letters.size()], random / letters.size() % 24 + 1);
}

std::string generated_container_name(std::uint64_t random) { return greek_number(random) + "-container"; }

}  // namespace causeway::domain

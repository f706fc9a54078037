#include "causeway/app/dev/demo.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "causeway/app/dev/user.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

struct Running {
  const DevRegion* region;
  std::string id, name, address;
};

std::string milliseconds_since(Steady::time_point start) {
  return fmt::format("{} ms", std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - start).count());
}

Result<std::string> upload(User& user, const DevRegion& region, const std::string& archive) {
  TRY(const Json image, user.call(region.address, 9292, "POST", "/v2/images",
                                  JsonObject{{"name", "busybox"}, {"container_format", "docker"}, {"disk_format", "raw"}}));
  const std::string id = text_member(image, "id");
  TRY_VOID(user.send(region.address, 9292, "PUT", "/v2/images/" + id + "/file", archive, "application/octet-stream"));
  return id;
}

Result<Running> run_container(User& user, const DevRegion& region, const std::string& name, const std::string& image, const std::string& network) {
  const Json body = JsonObject{{"name", name}, {"image", image}, {"image_driver", "glance"}, {"memory", "64"}, {"cpu", "0.1"},
                               {"command", JsonArray{"sleep", "100000"}}, {"nets", JsonArray{JsonObject{{"network", network}}}}};
  TRY(const Json made, user.call(region.address, 9517, "POST", "/v1/containers?run=true", body));
  Running running{&region, text_member(made, "uuid"), name, ""};
  const auto deadline = Steady::now() + 60s;
  while (true) {
    TRY(const Json now, user.call(region.address, 9517, "GET", "/v1/containers/" + running.id));
    const std::string status = text_member(now, "status");
    if (status == "Error") return failed(Code::internal, "demo.error", "{} is in error: {}", name, text_member(now, "status_reason"));
    if (status == "Running") {
      const Json* addresses = member(now, "addresses");
      const Json* of_network = addresses != nullptr ? member(*addresses, network) : nullptr;
      if (of_network == nullptr || !of_network->is_array() || of_network->get_array().empty()) {
        return failed(Code::internal, "demo.no_address", "{} has no address.", name);
      }
      running.address = text_member(of_network->get_array()[0], "addr");
      return running;
    }
    if (Steady::now() > deadline) return failed(Code::timeout, "demo.timeout", "{} is still {}.", name, status);
    std::this_thread::sleep_for(5ms);
  }
}

Result<std::string> ping(User& user, const Running& from, const Running& to, int times) {
  const std::string command = percent_encode(fmt::format("ping -c {} -W 2 {}", times, to.address));
  TRY(const Json outcome, user.call(from.region->address, 9517, "POST", "/v1/containers/" + from.id + "/execute?command=" + command));
  const Json* code = member(outcome, "exit_code");
  const std::string output = text_member(outcome, "output");
  if (code == nullptr || !code->is_int64() || code->get_int64() != 0) {
    return failed(Code::internal, "demo.no_ping", "{} does not reach {}: {}", from.name, to.name, output);
  }
  return output;
}

Result<void> reached_in_time(User& user, const Running& from, const Running& to) {
  const auto deadline = Steady::now() + 15s;
  while (true) {
    const auto output = ping(user, from, to, 1);
    if (output) return {};
    if (Steady::now() > deadline) return failed(output.error());
  }
}

Result<Json> at_centre(User& user, const char* method, const std::string& path, const Json& body) {
  return user.call("127.0.0.1", 9696, method, "/v2.0" + path, body);
}

struct DemoNetwork {
  std::string id, subnet;
};

Result<DemoNetwork> make_network(User& user, int number) {
  const std::string name = fmt::format("net{}", number);
  TRY(const Json network, at_centre(user, "POST", "/networks", JsonObject{{"network", JsonObject{{"name", name}}}}));
  DemoNetwork out{text_member(*member(network, "network"), "id"), ""};
  const JsonObject subnet{{"network_id", out.id}, {"ip_version", 4}, {"cidr", fmt::format("10.0.{}.0/24", number)}, {"name", fmt::format("subnet{}", number)}};
  TRY(const Json made, at_centre(user, "POST", "/subnets", JsonObject{{"subnet", subnet}}));
  out.subnet = text_member(*member(made, "subnet"), "id");
  return out;
}

Result<std::string> join(User& user, const std::vector<DemoNetwork>& networks) {
  TRY(const Json router, at_centre(user, "POST", "/routers", JsonObject{{"router", JsonObject{{"name", "router"}}}}));
  const std::string id = text_member(*member(router, "router"), "id");
  for (const auto& network : networks) {
    TRY_VOID(at_centre(user, "PUT", "/routers/" + id + "/add_router_interface", JsonObject{{"subnet_id", network.subnet}}));
  }
  return id;
}

/// The network can go when the last port is gone and the regions have handed their addresses back.
Result<void> delete_network(User& user, const DemoNetwork& network) {
  const auto deadline = Steady::now() + 30s;
  while (true) {
    const auto deleted = user.call("127.0.0.1", 9696, "DELETE", "/v2.0/networks/" + network.id);
    if (deleted) return {};
    if (Steady::now() > deadline) return failed(deleted.error());
    std::this_thread::sleep_for(100ms);
  }
}

void indent(const std::string& text, const std::function<void(const std::string&)>& say) {
  for (const auto line : split(trim(text), '\n')) say("      " + std::string(line));
}

}  // namespace

Result<void> demonstrate(DevCloud& cloud, const std::string& image_file, const std::function<void(const std::string&)>& say) {
  std::ifstream file(image_file, std::ios::binary);
  const std::string archive{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (archive.empty()) return failed(Code::not_found, "demo.no_image", "There is no image archive at '{}' (--image).", image_file);
  User user(cloud.identity_url());
  TRY_VOID(user.login(cloud.admin_password()));
  say("logged in as admin");

  std::vector<std::string> images;
  for (const auto& region : cloud.regions()) {
    TRY(auto id, upload(user, region, archive));
    images.push_back(std::move(id));
    say(fmt::format("{}: image busybox uploaded ({} bytes, no registry)", region.name, archive.size()));
  }
  std::vector<DemoNetwork> networks;
  for (const int number : {1, 2}) {
    TRY(auto network, make_network(user, number));
    networks.push_back(std::move(network));
  }
  TRY(const auto router, join(user, networks));
  say("centre: networks net1 (10.0.1.0/24) and net2 (10.0.2.0/24), joined by a router");

  // one of each network in each region, as in figure 3 of the specification
  std::vector<Running> containers;
  for (std::size_t i = 0; i < networks.size() * cloud.regions().size(); ++i) {
    const auto start = Steady::now();
    const std::size_t at = i % cloud.regions().size();
    const std::string name = fmt::format("container{}", i + 1);
    TRY(auto running, run_container(user, cloud.regions()[at], name, images[at], networks[i / cloud.regions().size()].id));
    containers.push_back(std::move(running));
    say(fmt::format("{}: {} runs with {} after {}", cloud.regions()[at].name, name, containers.back().address, milliseconds_since(start)));
  }
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const auto& from = containers[i];
    const auto& to = containers[(i + 1) % containers.size()];
    // the first packet may overtake the news of the router
    TRY_VOID(reached_in_time(user, from, to));
    TRY(const auto output, ping(user, from, to, 3));
    say(fmt::format("{} ({}) pings {} ({}):", from.name, from.region->name, to.name, to.region->name));
    indent(output, say);
  }

  for (const auto& container : containers) {
    TRY_VOID(user.call(container.region->address, 9517, "DELETE", "/v1/containers/" + container.id + "?force=true"));
  }
  for (const auto& network : networks) {
    TRY_VOID(at_centre(user, "PUT", "/routers/" + router + "/remove_router_interface", JsonObject{{"subnet_id", network.subnet}}));
  }
  TRY_VOID(user.call("127.0.0.1", 9696, "DELETE", "/v2.0/routers/" + router));
  for (const auto& network : networks) TRY_VOID(delete_network(user, network));
  say("containers, router and networks deleted again");
  return {};
}

}  // namespace causeway::app

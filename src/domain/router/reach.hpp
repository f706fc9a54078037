#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace causeway::domain {

/// Which networks and routers concern somebody who has ports on some networks: the networks that routers join to those,
/// however many routers lie between, since a packet is routed on the host where it starts and leaves it in the network
/// of its destination.
///
/// Job: keeps the answer while networks and routers come and go. What grows costs what is reached anew; what shrinks is
/// computed again. Ids are texts: it serves feeds, which carry any record. Not thread-safe.
class Reach {
 public:
  /// What a router joins, as this party sees it.
  struct Legs {
    std::set<std::string> networks;
    /// External networks on which this party holds the router's gateway: it knows them, but they join nothing.
    std::set<std::string> gateways;
    bool operator==(const Legs&) const = default;
  };
  struct Delta {
    std::vector<std::string> networks_in, networks_out;
    std::vector<std::string> routers_in, routers_out;
  };

  /// The party has ports on it, or has none any more.
  Delta add_own(const std::string& network);
  Delta remove_own(const std::string& network);
  Delta set_router(const std::string& router, Legs legs);
  Delta remove_router(const std::string& router);

  bool has_network(const std::string& id) const { return joined_.contains(id) || external_.contains(id); }
  bool has_router(const std::string& id) const { return routers_.contains(id); }
  std::set<std::string> networks() const;
  const std::set<std::string>& routers() const { return routers_; }
  /// Every network and router that is reached from this network, whether the party has it or not.
  Delta around(const std::string& network) const;

 private:
  void visit_network(const std::string& network, Delta& delta);
  void visit_router(const std::string& router, Delta& delta);
  void take_router(const std::string& router, Delta& delta, std::vector<std::string>& joined);
  void index(const std::string& router, const Legs& legs);
  void forget(const std::string& router);
  bool touches(const Legs& legs) const;
  /// After something went.
  Delta again();

  std::set<std::string> own_;
  std::map<std::string, Legs> known_;                             ///< every router there is
  std::map<std::string, std::set<std::string>> routers_on_;       ///< by network
  std::set<std::string> holding_;                                 ///< routers whose gateway the party holds
  std::set<std::string> joined_, external_, routers_;
};

}  // namespace causeway::domain

// load_bench URL PATH TOKEN THREADS SECONDS [BODY]: sends the request from THREADS connections for SECONDS, one after the
// other on each; prints one line of JSON: requests, failures, per second, p50 and p99 in milliseconds.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "causeway/http/client.hpp"

int main(int argc, char** argv) {
  using namespace causeway;
  using Steady = std::chrono::steady_clock;
  if (argc < 6) {
    fmt::print(stderr, "usage: load_bench URL PATH TOKEN THREADS SECONDS [BODY]\n");
    return 2;
  }
  const auto endpoint = http::Endpoint::parse(argv[1]);
  if (!endpoint) {
    fmt::print(stderr, "{}\n", endpoint.error().message);
    return 2;
  }
  const int threads = std::atoi(argv[4]);
  const auto until = Steady::now() + std::chrono::seconds(std::atoi(argv[5]));
  const std::string body = argc > 6 ? argv[6] : "";
  std::mutex mutex;
  std::vector<double> times;
  long failures = 0;
  const auto work = [&] {
    http::Client client(*endpoint);
    std::vector<double> mine;
    long failed_here = 0;
    while (Steady::now() < until) {
      http::ClientRequest request;
      request.method = body.empty() ? "GET" : "POST";
      request.target = argv[2];
      request.headers.set("X-Auth-Token", argv[3]);
      if (!body.empty()) request.headers.set("Content-Type", "application/json");
      request.body = body;
      const auto start = Steady::now();
      const auto answer = client.call(std::move(request));
      const std::chrono::duration<double, std::milli> took = Steady::now() - start;
      if (answer && answer->status < 300) {
        mine.push_back(took.count());
      } else {
        ++failed_here;
      }
    }
    const std::lock_guard lock(mutex);
    times.insert(times.end(), mine.begin(), mine.end());
    failures += failed_here;
  };
  const auto start = Steady::now();
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(work);
  for (auto& worker : workers) worker.join();
  const std::chrono::duration<double> took = Steady::now() - start;
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times.empty() ? 0.0 : times[std::min(times.size() - 1, std::size_t(double(times.size()) * share))]; };
  fmt::print("{{\"requests\": {}, \"failures\": {}, \"per_second\": {:.1f}, \"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}}}\n", times.size(), failures,
             double(times.size()) / took.count(), at(0.5), at(0.99));
  return 0;
}

#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

/// Counters, gauges and histograms of the process, in the Prometheus text format. Handles are cheap to keep and cost
/// nanoseconds to touch; making one looks up its labels (about 200 ns), so keep it. Thread-safe. prometheus-cpp does the work.
namespace causeway::metrics {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  void add(double amount = 1) const;

 private:
  friend Counter counter(const char*, const char*, const Labels&);
  void* handle_ = nullptr;
};
class Gauge {
 public:
  void set(double value) const;
  void add(double amount) const;

 private:
  friend Gauge gauge(const char*, const char*, const Labels&);
  void* handle_ = nullptr;
};
class Histogram {
 public:
  void observe(double value) const;

 private:
  friend Histogram histogram(const char*, const char*, const Labels&);
  void* handle_ = nullptr;
};

Counter counter(const char* name, const char* help, const Labels& labels = {});
Gauge gauge(const char* name, const char* help, const Labels& labels = {});
/// Seconds, buckets from 50 microseconds to 30 s.
Histogram histogram(const char* name, const char* help, const Labels& labels = {});

/// Everything, in the Prometheus text exposition format 0.0.4.
std::string expose();

}  // namespace causeway::metrics

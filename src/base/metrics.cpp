#include "causeway/base/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace causeway::metrics {
namespace {

prometheus::Registry& registry() {
  static prometheus::Registry instance(prometheus::Registry::InsertBehavior::Merge);
  return instance;
}

}  // namespace

void Counter::add(double amount) const { static_cast<prometheus::Counter*>(handle_)->Increment(amount); }
void Gauge::set(double value) const { static_cast<prometheus::Gauge*>(handle_)->Set(value); }
void Gauge::add(double amount) const { static_cast<prometheus::Gauge*>(handle_)->Increment(amount); }
void Histogram::observe(double value) const { static_cast<prometheus::Histogram*>(handle_)->Observe(value); }

Counter counter(const char* name, const char* help, const Labels& labels) {
  Counter made;
  made.handle_ = &prometheus::BuildCounter().Name(name).Help(help).Register(registry()).Add(labels);
  return made;
}

Gauge gauge(const char* name, const char* help, const Labels& labels) {
  Gauge made;
  made.handle_ = &prometheus::BuildGauge().Name(name).Help(help).Register(registry()).Add(labels);
  return made;
}

Histogram histogram(const char* name, const char* help, const Labels& labels) {
  static const prometheus::Histogram::BucketBoundaries seconds{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                               0.025,   0.05,   0.1,     0.25,   0.5,   1,      2.5,   5, 10, 30};
  Histogram made;
  made.handle_ = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry()).Add(labels, seconds);
  return made;
}

std::string expose() { return prometheus::TextSerializer().Serialize(registry().Collect()); }

}  // namespace causeway::metrics

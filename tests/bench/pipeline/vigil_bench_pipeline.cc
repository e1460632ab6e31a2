// vigil-bench-pipeline: what an event costs the daemon, from the bytes of the ring to its JSON
// line, beside protobuf's own JSON printer on the same events.
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/daemon/hub.h"
#include "engine/stream/process/tracker.h"
#include "engine/stream/sinks/encoder.h"
#include "engine/stream/sinks/file_sink.h"
#include "tests/bench/pipeline/cost.h"
#include "tests/bench/pipeline/recording.h"
#include "tests/support/to_proto.h"

namespace vigil::bench {
namespace {

constexpr int repeats = 5;  // the cheapest one counts
const std::string node_name = "node-1";

// The daemon's chain up to the event, one thread.
class Chain {
 public:
  using Output = std::function<void(event::EventPtr)>;

  explicit Chain(Output output)
      : output_(std::move(output)),
        tracker_({.node = node_name, .clock = BootClock(1'767'225'600'000'000'000), .limits = {}},
                 [this](event::Event&& event) {
                   if (output_) output_(std::make_shared<const event::Event>(std::move(event)));
                 }),
        decoder_(hooks_, [this](event::Record&& record) { tracker_.apply(std::move(record)); }) {
    publish_hook(hooks_);
    const Output output_later = std::exchange(output_, nullptr);
    feed(starts());
    output_ = output_later;
  }

  void feed(const Recording& recording) {
    for (const auto& record : recording.records())
      decoder_.feed(record.ring, recording.bytes_of(record));
  }

 private:
  Output output_;
  decode::HookMap hooks_;
  process::Tracker tracker_;
  decode::Decoder decoder_;
};

struct Figure {
  std::string scenario, work;
  double events = 0;
  Cost cost;
  std::size_t json_bytes = 0;

  double events_per_s() const { return events / cost.seconds; }
  double megabytes_per_s() const { return static_cast<double>(json_bytes) / cost.seconds / 1e6; }
  double allocations() const { return static_cast<double>(cost.allocations) / events; }
};

struct Scenario {
  std::string name;
  Recording recording;
  std::vector<event::EventPtr> events;
};

Scenario scenario(std::string name, Recording recording) {
  std::vector<event::EventPtr> events;
  Chain([&](event::EventPtr event) { events.push_back(std::move(event)); }).feed(recording);
  return {std::move(name), std::move(recording), std::move(events)};
}

// `prepare` is not measured; what it gives is called and says how many bytes of JSON it made.
using Work = std::function<std::function<std::size_t()>()>;

Figure measure(const Scenario& scenario, std::string work, const Work& prepare) {
  Figure figure{scenario.name, std::move(work), static_cast<double>(scenario.events.size()), {}, 0};
  for (int i = 0; i < repeats; ++i) {
    auto run = prepare();
    const Cost before = cost_now();
    figure.json_bytes = run();
    const Cost cost = cost_now() - before;
    if (i == 0 || cost.seconds < figure.cost.seconds) figure.cost = cost;
  }
  return figure;
}

Figure decode_and_enrich(const Scenario& scenario) {
  return measure(scenario, "decode, enrich", [&] {
    auto chain = std::make_shared<Chain>([](const event::EventPtr&) {});
    return [&, chain] { return chain->feed(scenario.recording), std::size_t{0}; };
  });
}

// The last megabyte is kept: as a sink's buffer, it is used again.
class Lines {
 public:
  std::string& buffer() { return buffer_; }
  void end_line() {
    buffer_ += '\n';
    if (buffer_.size() < 1u << 20) return;
    taken_ += buffer_.size();
    buffer_.clear();
  }
  std::size_t bytes() const { return taken_ + buffer_.size(); }

 private:
  std::string buffer_;
  std::size_t taken_ = 0;
};

Figure json(const Scenario& scenario) {
  return measure(scenario, "JSON", [&] {
    return [&] {
      Lines lines;
      sinks::JsonEncoder encoder(node_name);
      for (const auto& event : scenario.events) {
        encoder.append(*event, lines.buffer());
        lines.end_line();
      }
      return lines.bytes();
    };
  });
}

Figure message_bytes(const Scenario& scenario) {
  return measure(scenario, "message", [&] {
    return [&] {
      sinks::ProtoEncoder encoder(node_name);
      std::string bytes;
      for (const auto& event : scenario.events) {
        bytes.clear();
        encoder.append(*event, bytes);
      }
      return std::size_t{0};
    };
  });
}

Figure protobuf_message(const Scenario& scenario) {
  return measure(scenario, "message by protobuf", [&] {
    return [&] {
      std::string bytes;
      for (const auto& event : scenario.events)
        sinks::to_proto(*event, node_name).SerializeToString(&bytes);
      return std::size_t{0};
    };
  });
}

Figure protobuf_json(const Scenario& scenario) {
  return measure(scenario, "JSON by protobuf", [&] {
    return [&] {
      google::protobuf::util::JsonPrintOptions options;
      options.preserve_proto_field_names = true;
      Lines lines;
      for (const auto& event : scenario.events) {
        std::string line;
        if (!MessageToJsonString(sinks::to_proto(*event, node_name), &line, options).ok())
          std::abort();
        lines.buffer() += line;
        lines.end_line();
      }
      return lines.bytes();
    };
  });
}

Figure decode_to_json(const Scenario& scenario) {
  return measure(scenario, "decode, enrich, JSON", [&] {
    auto lines = std::make_shared<Lines>();
    auto encoder = std::make_shared<sinks::JsonEncoder>(node_name);
    auto chain = std::make_shared<Chain>([lines, encoder](const event::EventPtr& event) {
      encoder->append(*event, lines->buffer());
      lines->end_line();
    });
    return [&, lines, chain] { return chain->feed(scenario.recording), lines->bytes(); };
  });
}

// As in the daemon: its hub with one reader, its export file with a thread of its own.
Figure whole(const Scenario& scenario) {
  return measure(scenario, "all threads, to /dev/null", [&] {
    return [&] {
      daemon::Hub hub{daemon::HubLimits{}};
      auto reader = hub.subscribe("reader", [] {});
      auto file = sinks::FileSink::open({.path = "/dev/null", .node_name = node_name}, {});
      if (!reader || !file) std::abort();
      Chain chain([&](event::EventPtr event) {
        hub.publish(event);
        while ((*reader)->next() != nullptr) {
        }
        (*file)->wait_for_room(std::chrono::steady_clock::now() + std::chrono::seconds(1));
        (*file)->offer(std::move(event));
      });
      chain.feed(scenario.recording);
      while ((*file)->counters().lines < scenario.events.size()) std::this_thread::yield();
      return static_cast<std::size_t>((*file)->counters().bytes);
    };
  });
}

void print_table(const std::vector<Figure>& figures) {
  fmt::print("{:<7} {:<26} {:>11} {:>9} {:>10} {:>13}\n", "records", "work", "events/s", "ns/event",
             "JSON MB/s", "allocs/event");
  for (const auto& figure : figures)
    fmt::print("{:<7} {:<26} {:>11.0f} {:>9.0f} {:>10} {:>13.2f}\n", figure.scenario, figure.work,
               figure.events_per_s(), 1e9 / figure.events_per_s(),
               figure.json_bytes == 0 ? "" : fmt::format("{:.0f}", figure.megabytes_per_s()),
               figure.allocations());
}

void print_json(const std::vector<Figure>& figures) {
  fmt::print("[");
  const char* separator = "";
  for (const auto& figure : figures) {
    fmt::print(R"({}{{"records":"{}","work":"{}","events":{:.0f},"cpu_s":{:.6f},"json_bytes":{},)"
               R"("allocations":{}}})",
               separator, figure.scenario, figure.work, figure.events, figure.cost.seconds,
               figure.json_bytes, figure.cost.allocations);
    separator = ",\n ";
  }
  fmt::print("]\n");
}

std::vector<Figure> figures_of(const Scenario& scenario) {
  return {decode_and_enrich(scenario),
          json(scenario),
          protobuf_json(scenario),
          message_bytes(scenario),
          protobuf_message(scenario),
          decode_to_json(scenario),
          whole(scenario)};
}

int run(bool as_json, std::size_t events) {
  std::vector<Figure> figures;
  for (const auto& scenario : {scenario("opens", opens(events)), scenario("lives", lives(events))})
    for (auto& figure : figures_of(scenario)) figures.push_back(std::move(figure));
  (as_json ? print_json : print_table)(figures);
  return 0;
}

}  // namespace
}  // namespace vigil::bench

int main(int argc, char** argv) {
  bool as_json = false;
  std::size_t events = 20'000;
  for (const std::string_view argument : std::vector<std::string_view>(argv + 1, argv + argc)) {
    if (argument == "--json") {
      as_json = true;
    } else if (const auto given = std::strtoull(argument.data(), nullptr, 10); given >= 2) {
      events = given;
    } else {
      fmt::print(stderr, "usage: vigil-bench-pipeline [--json] [EVENTS]\n");
      return 2;
    }
  }
  return vigil::bench::run(as_json, events);
}

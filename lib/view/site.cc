#include "view/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/whole_number.h"
#include "view/health.h"
#include "view/metrics_text.h"
#include "view/status_json.h"
#include "view/web_assets.h"

namespace wordstream {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::size_t kProducersMax = 10'000;
constexpr std::size_t kProducersUsual = 100;

/// A number in a query; `usual` where it is not there, nothing where it is none.
std::optional<std::uint64_t> number_of(const HttpRequest& request, std::string_view name,
                                       std::uint64_t usual) {
  const std::optional<std::string_view> text = parameter_of(request.query, name);
  return text ? whole_number(*text) : usual;
}

HttpResponse no_number(std::string_view name) {
  return plain_response(400, fmt::format("{} is to be a whole number", name));
}

}  // namespace

HttpResponse Site::answer(const HttpRequest& request) {
  if (!guard_.lets_pass(request.host)) {
    return plain_response(421, "nobody is called so here; --http-host NAME lets it in");
  }
  const std::string_view path = request.path;
  if (path == "/") return {.type = "text/html; charset=utf-8", .body = std::string(kPageHtml)};
  if (path == "/page.css")
    return {.type = "text/css; charset=utf-8", .body = std::string(kPageCss)};
  if (path == "/page.js") {
    return {.type = "text/javascript; charset=utf-8", .body = std::string(kPageJs)};
  }
  if (path == "/healthz") return healthz();
  if (path == "/metrics") return metrics();
  if (path == "/api/v1/status") return status();
  if (path == "/api/v1/batches") return batches(request);
  if (path == "/api/v1/producers") return producers(request);
  return plain_response(404,
                        "there are /, /metrics, /healthz and /api/v1/status, batches, producers");
}

HttpResponse Site::healthz() {
  std::vector<std::string> problems;
  source_.look_at_run([&](const RunSight& sight) { problems = problems_of(sight); });
  if (problems.empty()) return {.body = "ok\n"};
  return {.status = 503, .body = fmt::format("{}\n", fmt::join(problems, "\n"))};
}

HttpResponse Site::metrics() {
  HttpResponse response{.type = kMetricsType};
  source_.look_at_run([&](const RunSight& sight) { response.body = metrics_text(sight); });
  return response;
}

// What takes longest, to choose the first rows, is done before the run is looked at: nobody in it
// waits for that.
HttpResponse Site::status() {
  HttpResponse response{.type = kJson};
  const std::string& shown = words();
  source_.look_at_run([&](const RunSight& sight) { response.body = status_json(sight, shown); });
  return response;
}

const std::string& Site::words() {
  const std::optional<Emission> newest = source_.newest();
  const bool is_new = newest && !(shown_ && shown_->start == newest->interval.start &&
                                  shown_->end == newest->interval.end);
  if (is_new) {
    shown_ = newest->interval;
    shown_words_ = words_json(newest, kShownRowsMax, shows_changed_);
  }
  return shown_words_;
}

HttpResponse Site::batches(const HttpRequest& request) {
  const auto limit = number_of(request, "limit", kBatchRecordsMax);
  const auto after = number_of(request, "after", 0);
  if (!limit) return no_number("limit");
  if (!after || *after > INT64_MAX) return no_number("after");
  HttpResponse response{.type = kJson};
  const auto count_max =
      static_cast<std::size_t>(std::min<std::uint64_t>(*limit, kBatchRecordsMax));
  const std::optional<Label> label =
      *after == 0 ? std::nullopt : std::optional(Label(Millis(static_cast<std::int64_t>(*after))));
  source_.look_at_run(
      [&](const RunSight& sight) { response.body = batches_json(sight.record, count_max, label); });
  return response;
}

HttpResponse Site::producers(const HttpRequest& request) {
  const auto limit = number_of(request, "limit", kProducersUsual);
  if (!limit) return no_number("limit");
  const auto count_max = static_cast<std::size_t>(std::min<std::uint64_t>(*limit, kProducersMax));
  const std::shared_ptr<const Positions> positions = source_.positions();
  return {.type = kJson, .body = producers_json(positions.get(), count_max)};
}

}  // namespace wordstream

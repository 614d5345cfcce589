// What stands at which path: the page, the metrics, the JSON, the health check. Pure: what it says
// follows from what it is handed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/host_guard.h"
#include "http/request.h"
#include "http/response.h"
#include "model/emission.h"
#include "model/positions.h"
#include "view/run_sight.h"

namespace wordstream {

/// Where the site looks for what it says, when it is asked.
class SiteSource {
 public:
  virtual ~SiteSource() = default;
  /// Calls `look` with how the run stands; nothing of it outlives the call.
  virtual void look_at_run(const std::function<void(const RunSight& sight)>& look) = 0;
  virtual std::optional<Emission> newest() const = 0;
  /// Null where there is no journal.
  virtual std::shared_ptr<const Positions> positions() const = 0;
};

class Site {
 public:
  /// `source` outlives it. `shows_changed`: of emissions what has changed.
  Site(SiteSource& source, HostGuard guard, bool shows_changed)
      : source_(source), guard_(std::move(guard)), shows_changed_(shows_changed) {}

  HttpResponse answer(const HttpRequest& request);

 private:
  HttpResponse healthz();
  HttpResponse metrics();
  HttpResponse status();
  HttpResponse batches(const HttpRequest& request);
  HttpResponse producers(const HttpRequest& request);
  const std::string& words();

  SiteSource& source_;
  HostGuard guard_;
  bool shows_changed_;
  // Of the emission that was asked for last: several pages look at the same one.
  std::optional<Interval> shown_;
  std::string shown_words_ = "null";
};

}  // namespace wordstream

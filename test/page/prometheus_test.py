"""The metrics as Prometheus takes them: its own check of them, and a server that scrapes."""

import json
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from page.run import Feed, Run, is_there, kPatience

kSettings = """
global: {{ scrape_interval: 1s, scrape_timeout: 1s }}
scrape_configs:
  - job_name: wordstream
    static_configs: [{{ targets: ["{target}"] }}]
"""


class PrometheusTest(unittest.TestCase):
    def setUp(self):
        self.feed = Feed()
        self.run_ = Run("--port", str(self.feed.port), "--batch", "50ms", "--checkpoint", "state", "--sink", "counts.tsv",
                        "--sink", "sqlite:counts.db")
        self.feed.accept()
        self.feed.send("to be or not to be\n" * 10)
        self.run_.wait_for(lambda status: status["counters"]["lines"] == 10)

    def tearDown(self):
        self.run_.end()
        self.feed.close()

    def test_promtool_finds_nothing_to_say(self):
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.run_.get("metrics"), text=True,
                                 capture_output=True, timeout=kPatience)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

    def test_a_prometheus_has_what_was_counted(self):
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        with tempfile.TemporaryDirectory(prefix="wordstream-prometheus-") as folder:
            settings = Path(folder) / "prometheus.yml"
            settings.write_text(kSettings.format(target=self.run_.url.removeprefix("http://").rstrip("/")))
            server = subprocess.Popen(["prometheus", f"--config.file={settings}", f"--storage.tsdb.path={folder}/data",
                                       f"--web.listen-address=127.0.0.1:{port}"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                self.assertEqual(self.ask(port, "wordstream_lines_total"), "10")
                self.assertEqual(self.ask(port, "wordstream_words_total"), "60")
                self.assertEqual(self.ask(port, 'up{job="wordstream"}'), "1")
                self.assertEqual(self.ask(port, 'count(wordstream_sink_connected)'), "2")
                self.assertEqual(self.ask(port, "scrape_samples_post_metric_relabeling > bool 60"), "1")
            finally:
                server.terminate()
                server.wait(kPatience)

    def ask(self, port, query):
        """The one value of a query, once there is one."""
        deadline = time.monotonic() + kPatience
        url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(url, timeout=kPatience) as answer:
                    result = json.load(answer)["data"]["result"]
                    if result:
                        return result[0]["value"][1]
            except (urllib.error.URLError, ConnectionError):
                pass  # it is not there yet
        raise AssertionError(f"in vain: {query}")


if __name__ == "__main__":
    if not is_there("prometheus", "promtool"):
        print("skipped: there is no prometheus; scripts/bootstrap --page installs it")
        sys.exit(0)
    unittest.main()

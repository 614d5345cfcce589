"""The page as a browser shows it: a real Chromium, without a window."""

import sys
import unittest

from page import chromium
from page.run import Feed, Run

kTag = "<img/src=x/onerror=alert(1)>"
kTurned = "\u202eliated"


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = chromium.Chromium()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def setUp(self):
        self.browser.errors.clear()
        self.browser.requests.clear()
        self.feed = Feed()
        self.run_ = Run("--port", str(self.feed.port), "--batch", "100ms", "--window", "24h", "--slide", "100ms",
                        "--checkpoint", "state", "--sink", "counts.tsv", "--sink", "sqlite:counts.db")
        self.feed.accept()

    def tearDown(self):
        self.run_.end()
        self.feed.close()
        self.browser.go("about:blank")

    def cell(self, title):
        """What stands under a title of the tiles."""
        return self.browser.run(f"[...document.querySelectorAll('dt')].find((e) => e.textContent === {title!r})"
                                ".nextSibling.textContent")

    def open(self):
        self.browser.show(1280)
        self.browser.go(self.run_.url)
        self.browser.wait_for("document.querySelectorAll('#words tbody tr').length > 0")

    def test_numbers_are_what_was_counted_and_charts_move(self):
        self.feed.send("to be or not\nto be\n" * 500)
        self.open()
        self.browser.wait_for("document.getElementById('now').textContent.includes('3,000')")
        self.assertEqual(self.cell("Lines"), "1,000")
        self.assertEqual(self.cell("Words"), "3,000")
        words = self.browser.run("[...document.querySelectorAll('#words tbody tr')].map((r) =>"
                                 " [r.cells[0].textContent, r.cells[2].textContent])")
        self.assertEqual(words, [["be", "1,000"], ["to", "1,000"], ["not", "500"], ["or", "500"]])
        lines = self.browser.run("fetch('api/v1/batches').then((a) => a.json())"
                                 ".then((a) => a.batches.reduce((sum, b) => sum + b.lines, 0))")
        self.assertEqual(lines, 1000)
        curves = "[...document.querySelectorAll('.curve')].map((e) => e.getAttribute('d'))"
        self.browser.wait_for("document.querySelectorAll('.curve').length === 4")
        before = self.browser.run(curves)
        self.feed.send("more\n" * 777)
        self.browser.wait_for("document.getElementById('now').textContent.includes('1,777')")
        after = self.browser.run(curves)
        self.assertTrue(all(a != b for a, b in zip(before, after)))
        self.assertEqual(self.browser.errors, [])

    def test_no_other_host_is_asked_and_no_word_is_obeyed(self):
        self.feed.send(f"{kTag} {kTurned} {'x' * (1 << 20)}\n\n")
        self.open()
        self.browser.wait_for("document.querySelectorAll('#words tbody tr').length >= 3")
        words = self.browser.run("[...document.querySelectorAll('#words tbody tr')].map((r) => r.cells[0].textContent)")
        self.assertIn(kTag, words)
        self.assertIn("\\u202eliated", words)
        self.assertEqual(self.browser.run("document.querySelectorAll('main img').length"), 0)
        self.assertLess(self.browser.run("Math.max(...[...document.querySelectorAll('#words td')].map((e) => e.offsetWidth))"), 1280)
        self.assertTrue(all(url.startswith((self.run_.url, "data:")) for url in self.browser.requests),
                        self.browser.requests)
        self.assertEqual(self.browser.errors, [])

    def test_scripts_and_styles_of_others_are_not_run(self):
        self.feed.send("a\n")
        self.open()
        self.browser.run("document.body.insertAdjacentHTML('beforeend', '<div id=d style=\"color: red\" onclick=\"window.hit = 1\"></div>');"
                         "const s = document.createElement('script'); s.textContent = 'window.hit = 2'; document.body.append(s);"
                         "document.getElementById('d').click()")
        self.assertIsNone(self.browser.run("window.hit"))
        self.assertEqual(self.browser.run("document.getElementById('d').style.color"), "")
        self.assertTrue(self.browser.errors)  # the browser says that it was not let
        self.browser.errors.clear()

    def test_it_fits_narrow_and_wide_screens_light_and_dark(self):
        self.feed.send("".join(f"word{i} " * i for i in range(1, 30)) + "\n" + "w" * 300 + "\n")
        self.open()
        colours = set()
        for width in (360, 800, 1280, 2560):
            for dark in (False, True):
                self.browser.show(width, 900, dark)
                self.browser.wait_for(f"document.documentElement.clientWidth > {width} - 20")
                self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), width)
                colours.add(self.browser.run("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(colours), 2)
        self.assertEqual(self.browser.errors, [])

    def test_it_can_be_used_by_keyboard_and_is_told_to_screen_readers(self):
        for lines in (5, 50, 20):
            total = self.run_.status()["counters"]["lines"]
            self.feed.send("a b\n" * lines)
            self.run_.wait_for(lambda status, total=total: status["counters"]["lines"] > total)
        self.open()
        self.browser.wait_for("document.querySelectorAll('#batches tbody tr').length >= 3")
        tree = self.browser.tree()
        roles = [role for role, _ in tree]
        for role in ("banner", "main", "contentinfo", "status", "table", "columnheader"):
            self.assertIn(role, roles)
        charts = [name for role, name in tree if role in ("image", "img")]
        self.assertEqual([name.split(" of ")[0] for name in charts],
                         ["Input rate", "Scheduling delay", "Processing time", "Total delay"])
        self.assertIn("button", roles)

        # The first stops are the charts; an arrow moves along one, and what is there is said.
        self.browser.run("document.querySelector('svg').focus()")
        self.browser.press("Home")
        self.assertRegex(self.browser.run("document.querySelector('figcaption output').textContent"),
                         r"^\d\d:\d\d:\d\d(\.\d+)?: [\d,.]+/s$")
        self.browser.run("[...document.querySelectorAll('th button')].find((b) => b.textContent === 'Lines').focus()")
        self.browser.press("Enter")
        sorting = "document.querySelector('th[aria-sort]').getAttribute('aria-sort') + document.querySelector('th[aria-sort]').textContent"
        self.assertEqual(self.browser.run(sorting), "descendingLines")
        lines = "[...document.querySelectorAll('#batches tbody tr')].map((r) => Number(r.cells[1].textContent))"
        shown = self.browser.run(lines)
        self.assertEqual(shown, sorted(shown, reverse=True))
        self.browser.press("Enter")
        self.assertEqual(self.browser.run(sorting), "ascendingLines")
        shown = self.browser.run(lines)
        self.assertEqual(shown, sorted(shown))
        self.assertEqual(self.browser.errors, [])

    def test_it_says_that_the_run_is_away_and_comes_back(self):
        self.feed.send("first\n")
        self.open()
        self.run_.end()
        self.browser.wait_for("!document.getElementById('away').hidden")
        self.assertIn("No answer since", self.browser.run("document.getElementById('away').textContent"))
        self.assertEqual(self.browser.run("document.getElementById('state-text').textContent"), "no answer")
        self.feed.close()
        self.feed = Feed(self.feed.port)
        address = self.run_.url.removeprefix("http://").rstrip("/")
        self.run_ = Run("--port", str(self.feed.port), "--batch", "100ms", "--total", http=address)
        self.feed.accept()
        self.feed.send("second second\n")
        self.browser.wait_for("document.getElementById('away').hidden && document.getElementById('words').textContent.includes('second')")
        self.assertEqual(self.cell("Lines"), "1")
        self.browser.errors.clear()  # what was refused meanwhile


if __name__ == "__main__":
    if chromium.find() is None:
        print("skipped: there is no chromium; scripts/bootstrap --page installs it")
        sys.exit(0)
    unittest.main()

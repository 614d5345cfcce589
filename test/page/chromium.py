"""A real Chromium, without a window: driven by its own protocol (CDP) over two pipes.

Nothing is needed beside the browser. Errors of a page (console, exceptions, blocked requests) are
gathered, and requests too, so that a test can say that there were none.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

kPatience = 60  # seconds; only ends what is broken


def find():
    """Its path; None where it is not installed."""
    return shutil.which("chromium")


class Chromium:
    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="wordstream-browser-")
        ours, self.to = os.pipe()
        self.back, theirs = os.pipe()
        # It reads from descriptor 3 and writes to 4.
        command = f'exec 3<&{ours} 4>&{theirs}; exec "$0" "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", command, find(), "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile.name}", "about:blank"],
            pass_fds=(ours, theirs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours)
        os.close(theirs)
        self.unread = b""
        self.number = 0
        self.session = None
        self.errors = []
        self.requests = []
        page = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.back)
        for _ in range(50):  # its children may still write there
            try:
                self.profile.cleanup()
                return
            except OSError:
                time.sleep(0.1)

    def _next(self, deadline):
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.back], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("Chromium does not answer")
            piece = os.read(self.back, 1 << 16)
            if not piece:
                raise EOFError("Chromium has ended")
            self.unread += piece
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def _note(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.errors.append(params["args"])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(params["entry"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + kPatience
        while True:
            answer = self._next(deadline)
            if answer.get("id") != self.number:
                self._note(answer)
                continue
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            return answer["result"]

    def show(self, width, height=900, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def go(self, url):
        self.call("Page.navigate", url=url)

    def run(self, expression):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait_for(self, expression):
        """Looks until the expression is true, and returns it."""
        deadline = time.monotonic() + kPatience
        while time.monotonic() < deadline:
            value = self.run(expression)
            if value:
                return value
            self.run("new Promise((done) => setTimeout(done, 50))")
        raise AssertionError(f"in vain: {expression}; page: {self.run('document.body.innerText')[:2000]}")

    def press(self, key, code=None):
        for kind in ("keyDown", "keyUp"):
            text = "\r" if key == "Enter" and kind == "keyDown" else ""
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key, text=text,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13, "ArrowLeft": 37, "Home": 36}[key])

    def picture(self, path, whole=False):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def tree(self):
        """What a screen reader is told: (role, name) of all that it does not pass over."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [(node["role"]["value"], node.get("name", {}).get("value", ""))
                for node in nodes if not node.get("ignored") and "role" in node]

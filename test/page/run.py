"""A run of the program with a page, and what feeds it. Loopback alone; everything ends with its object."""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

kPatience = 60  # seconds; only ends what is broken


class Feed:
    """A server on a port of its own, to which the program connects."""

    def __init__(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.connection = None

    def accept(self):
        self.listener.settimeout(kPatience)
        self.connection, _ = self.listener.accept()

    def send(self, text):
        self.connection.sendall(text.encode() if isinstance(text, str) else text)

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.listener.close()


class Run:
    def __init__(self, *arguments, http="0"):
        self.folder = tempfile.TemporaryDirectory(prefix="wordstream-page-")
        self.process = subprocess.Popen(
            [os.environ["WORDSTREAM_BINARY"], *arguments, "--http", http], cwd=self.folder.name,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.url = None
        for line in self.process.stderr:
            found = re.search(rb"is at (http://\S+)", line)
            if found:
                self.url = found[1].decode()
                break
        # What else it says must not fill the pipe.
        self.reader = threading.Thread(target=self.process.stderr.read)
        self.reader.start()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=kPatience) as answer:
            return answer.read().decode()

    def status(self):
        return json.loads(self.get("api/v1/status"))

    def wait_for(self, is_right):
        """Looks at the status until it is right, and returns it."""
        deadline = time.monotonic() + kPatience
        while time.monotonic() < deadline:
            status = self.status()
            if is_right(status):
                return status
        raise AssertionError(f"in vain: {status}")

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(kPatience)
        self.reader.join()
        self.process.stderr.close()
        self.folder.cleanup()


def is_there(*programs):
    return all(shutil.which(program) for program in programs)

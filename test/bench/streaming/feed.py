"""The other terminal: a server on a port of this machine that sends lines to whoever connects, as nc does."""

import itertools
import select
import socket
import threading
import time
from contextlib import contextmanager
from types import TracebackType
from typing import Callable, Iterator

from ..errors import UNAVAILABLE, BenchError
from ..machine import free_port

# Not in any text. With it a stream goes on, and time with it, after what is counted.
TICK = b"~tick"
_TICK_SECONDS = 0.1
_CHUNK = 1 << 18


class Feed:
    """Listens from `listen()` on; has one client at a time."""

    def __init__(self) -> None:
        self.port = free_port()
        self._door: socket.socket | None = None
        self._client: socket.socket | None = None
        self._turn = threading.Lock()  # a line is never sent into the middle of another

    def __enter__(self) -> "Feed":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.hang_up()
        if self._door:
            self._door.close()

    def listen(self) -> None:
        self._door = socket.socket()
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind(("127.0.0.1", self.port))
        self._door.listen()

    def is_called(self, seconds: float) -> bool:
        """Whether somebody connects in that time; then it is the client."""
        assert self._door
        if not select.select([self._door], [], [], seconds)[0]:
            return False
        self.hang_up()
        self._client = self._door.accept()[0]
        self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return True

    def accept(self, seconds: float) -> None:
        """BenchError unless somebody connects in that time."""
        if not self.is_called(seconds):
            raise BenchError(UNAVAILABLE, f"nothing has connected within {seconds:.0f} s")

    def send(self, lines: bytes) -> bool:
        """Whether the kernel took them all."""
        assert self._client
        with self._turn:
            try:
                for start in range(0, len(lines), _CHUNK):
                    self._client.sendall(lines[start:start + _CHUNK])
                return True
            except OSError:
                return False

    def hang_up(self) -> None:
        """Ends the stream."""
        if self._client:
            self._client.close()
            self._client = None

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Ten ticks a second meanwhile."""
        over = threading.Event()

        def tick() -> None:
            while not over.wait(_TICK_SECONDS) and self.send(TICK + b"\n"):
                pass

        ticker = threading.Thread(target=tick, daemon=True)
        ticker.start()
        try:
            yield
        finally:
            over.set()
            ticker.join()

    def send_numbers(self, numbers: Iterator[int], is_over: Callable[[], bool],
                     a_second: int = 1000) -> list[bytes]:
        """A word that no other is like in each line, evenly; returns those that the kernel took."""
        taken: list[bytes] = []
        began = time.monotonic()
        while not is_over():
            due = int((time.monotonic() - began) * a_second) - len(taken)
            if due <= 0:
                time.sleep(0.5 / a_second)
                continue
            words = [b"n%07d" % number for number in itertools.islice(numbers, due)]
            if not self.send(b"".join(word + b"\n" for word in words)):
                break
            taken += words
        return taken

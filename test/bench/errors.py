"""What ends the benchmark: one line for the user, and an exit code as the program's own are."""

USAGE = 64
BAD_DATA = 65
UNAVAILABLE = 69
FAILED = 70
INTERRUPTED = 130


class BenchError(Exception):
    """There is no figure: `message` says why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

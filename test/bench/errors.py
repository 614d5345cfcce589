"""What ends the benchmark: one line for the user, and an exit code as the program's own are."""

from typing import Callable, Sequence

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


def code_of(main: Callable[[Sequence[str]], int], arguments: Sequence[str], tell: Callable[[str], None]) -> int:
    """Runs it; tells what kept it from its figures."""
    try:
        return main(arguments)
    except BenchError as error:
        tell(error.message)
        return error.code
    except FileNotFoundError as error:
        tell(str(error))
        return UNAVAILABLE
    except KeyboardInterrupt:
        return INTERRUPTED

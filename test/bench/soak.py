"""Full load into windows of a minute: no cut may come later than the next interval."""

import re
import subprocess
import tempfile
from pathlib import Path

from .corpora import Corpus
from .errors import BAD_DATA, BenchError
from .places import PROGRAMS, WORDSTREAM
from .runs import sending


def late_windows(rows: str, log: str, seconds: int) -> str:
    """Why the soak has failed, or nothing; `rows` are TSV, one for each window."""
    windows = sum(int(row.split("\t")[1]) % 1000 == 0 for row in rows.splitlines())
    skipped = re.search(r"^.*skipped.*$", log, re.MULTILINE)
    if skipped:
        return f"a cut was late: {skipped.group(0)}"
    if windows < seconds - 5:
        return f"only {windows} windows in {seconds} seconds"
    return ""


def soak(corpus: Corpus, seconds: int) -> str:
    """Runs it; BenchError where a cut was late."""
    with tempfile.NamedTemporaryFile() as rows, \
            sending(corpus.path, PROGRAMS / "bench_sender", times=0) as port:
        command = [WORDSTREAM, "--host", "127.0.0.1", "--port", str(port), "--window",
                   "60s", "--until-eof", "--format", "tsv", "--top", "1",
                   "--max-batches", str(seconds)]
        done = subprocess.run(command, stdout=rows.file, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode != 0:
            raise BenchError(BAD_DATA, f"wordstream ended with {done.returncode}: {done.stderr}")
        wrong = late_windows(Path(rows.name).read_text(errors="replace"), done.stderr, seconds)
    if wrong:
        raise BenchError(BAD_DATA, wrong)
    return (f"soak        {seconds} s of windows of 60s in a row at full load, no cut later than "
            "the next interval\n")

"""The table as a picture: a script for gnuplot, which draws it."""

import subprocess

from .errors import FAILED, BenchError
from .report import FILE, PEERS
from .results import DISCARD, WORDSTREAM, Results

_COLUMNS = (DISCARD, WORDSTREAM, FILE, *PEERS)


def quoted(text: str) -> str:
    """As gnuplot takes a string."""
    return "'" + text.replace("'", "''") + "'"


def script(results: Results, path: str) -> str:
    """Bars of GB/s on a logarithmic scale, a group for each corpus."""
    columns = [column for column in _COLUMNS if results.speeds.get(column)]
    corpora = [corpus for corpus in results.corpora() if results.rounds(FILE, corpus)]
    lines = [f'"{corpus}" ' + " ".join(str(results.speed(column, corpus) or "NaN")
                                       for column in columns) for corpus in corpora]
    bars = ", ".join(f'$data using {i + 2}:xtic(1) title "{column}" noenhanced'
                     for i, column in enumerate(columns))
    return "\n".join(["$data << EOD", *lines, "EOD",
                      "set terminal svg size 900,420 background rgb 'white'",
                      f"set output {quoted(path)}",
                      "set linetype 9 linecolor rgb 'grey50'",
                      "set linetype 10 linecolor rgb 'brown'",  # else the first two once more
                      "set style data histogram", "set style fill solid", "set boxwidth 0.9",
                      "set logscale y", "set ylabel 'GB/s'", "set grid ytics",
                      "set key outside right", f"plot {bars}", ""])


def draw(results: Results, path: str) -> None:
    """Writes the picture; BenchError where gnuplot cannot."""
    run_gnuplot(script(results, path), path)


def run_gnuplot(commands: str, path: str) -> None:
    """As draw(), of a script."""
    done = subprocess.run(["gnuplot"], input=commands, text=True, stderr=subprocess.PIPE,
                          check=False)
    if done.returncode != 0:
        raise BenchError(FAILED, f"gnuplot cannot draw {path}: {done.stderr.strip()}")

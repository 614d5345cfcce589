"""The plain programs that anyone would write: text on stdin, "count word" lines out."""

from pathlib import Path
from typing import Mapping, Sequence

# Those of --batch-engines, and what pip gets.
ENGINES = {"duckdb": "duckdb==2.0.1", "polars": "polars==2.1.0", "chdb": "chdb==4.4.0"}
# The column that they are held against.
ALL_CORES = "all cores"

_AWK = "{ for (i = 1; i <= NF; ++i) ++n[$i] } END { for (word in n) print n[word], word }"


def peers(programs: Path, sources: Path) -> Mapping[str, Sequence[str]]:
    """Their commands by name, the quickest to write last."""
    commands = {
        "countwords": [str(programs / "peer_countwords")],
        "flat_map": [str(programs / "peer_flat_map")],
        "unordered_map": [str(programs / "peer_unordered_map")],
        "Counter": ["python3", str(sources / "peers" / "counter.py")],
        "awk": ["sh", "-c", f"awk '{_AWK}' | sort -rn"],
        # A blank at the beginning is no word; in what uniq prints, counts are aligned.
        "sort": ["sh", "-c", r"tr -s ' \t' '\n\n' | sed '/^$/d' | sort | uniq -c | sort -rn | "
                             "sed 's/^ *//'"],
    }
    if not (programs / "peer_flat_map").exists():
        del commands["flat_map"]
    return commands

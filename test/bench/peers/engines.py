"""Peers: engines that people count files with, each on all cores, from a file to all counts sorted.

    engines.py duckdb|polars|chdb TEXT ROWS

Words are what single spaces part, none of them empty. Writes "word<TAB>count" lines to ROWS.
"""

import sys


def duckdb_counts(duckdb, text: str, rows: str) -> None:
    """A line is a row of one column: no byte of it parts fields or quotes."""
    duckdb.sql(f"""COPY (
        SELECT word, count(*) AS n
        FROM (SELECT unnest(string_split(line, ' ')) AS word
              FROM read_csv('{text}', columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '',
                            escape = '', header = false, auto_detect = false))
        WHERE word <> '' GROUP BY word ORDER BY n DESC, word)
        TO '{rows}' (FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '')""")


def polars_counts(polars, text: str, rows: str) -> None:
    """The same, streamed."""
    words = polars.scan_csv(text, has_header=False, new_columns=["line"], separator="\x01",
                            quote_char=None, schema={"line": polars.String})
    counts = (words.select(polars.col("line").str.split(" ").alias("word")).explode("word")
              .filter(polars.col("word") != "").group_by("word").len()
              .sort(["len", "word"], descending=[True, False]))
    counts.collect(engine="streaming").write_csv(rows, include_header=False, separator="\t",
                                                 quote_style="never")


def chdb_counts(chdb, text: str, rows: str) -> None:
    """ClickHouse as a library."""
    chdb.query(f"""SELECT word, count() AS n
        FROM (SELECT arrayJoin(splitByChar(' ', line)) AS word
              FROM file('{text}', 'LineAsString', 'line String'))
        WHERE word != '' GROUP BY word ORDER BY n DESC, word
        INTO OUTFILE '{rows}' TRUNCATE FORMAT TSVRaw""")


if __name__ == "__main__":
    name, text_path, rows_path = sys.argv[1:]
    count = {"duckdb": duckdb_counts, "polars": polars_counts, "chdb": chdb_counts}[name]
    count(__import__(name), text_path, rows_path)

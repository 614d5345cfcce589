"""A peer: the program that anybody would write in Python."""

import sys
from collections import Counter

counts: Counter[bytes] = Counter()
for line in sys.stdin.buffer:
    counts.update(line.split())
for word, count in counts.most_common():
    sys.stdout.buffer.write(b"%d %s\n" % (count, word))

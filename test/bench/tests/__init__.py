"""The benchmark's own tests. None of them times anything: they are given what was measured."""

"""scripts/bench: what wordstream reaches beside what else could have been run, and the goals."""

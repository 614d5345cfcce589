"""The engines for streams beside each other: scripts/engines."""

"""What a month is computed from: opened sources, the snapshot of a month, its facts and metrics."""

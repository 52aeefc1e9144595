"""Facts: event-level rows of one source each, counted per account and month. The only hot path."""

"""Benchmarks: ratios against a named peer, measured in one run (`make bench`)."""

import flows  # noqa: F401 - sets up the engine as the commands do

"""Mutated files, whole months: a run publishes or says why not, records what it held back, and can be fixed."""

from __future__ import annotations

from collections import Counter

from tests.flows.fuzz.lives import live
from tests.flows.fuzz.seeds import blocks

SEEDS = blocks("life", sample=2, whole=202, size=20)


def test_a_publication_survives_mutated_files(seeds: list[str], base, copied, sheets):
    came = Counter[str]()
    for seed in seeds:
        is_lenient = seed[-1] in "13579"
        healthy = base(is_lenient)
        came += live(seed, copied(is_lenient), healthy.folder, healthy.published, sheets)
    print(f"\n{came.total():,} attempts: {dict(sorted(came.items()))}")

"""Who does independent pieces of work: several threads, since Polars lets go of the interpreter while it computes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Piece = TypeVar("Piece")

_MOST_THREADS = 4
"""Each thread holds a month's partition in memory, and Polars uses all cores for every one of them."""


def done_in_parallel(work: Callable[[Piece], object], pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Do the same work on every piece, several at a time.

    Yields:
        Each piece when it is done, in the order in which they are.

    Raises:
        Exception: The first failure; pieces that were not begun by then are left undone.
    """
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        futures = {pool.submit(work, piece): piece for piece in pieces}
        try:
            for future in as_completed(futures):
                future.result()
                yield futures[future]
        finally:
            pool.shutdown(cancel_futures=True)

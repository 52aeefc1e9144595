"""Independent pieces of work on several threads, since Polars releases the interpreter while it computes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Piece = TypeVar("Piece")

_MOST_THREADS = 4
"""Each thread holds a month's partition in memory, and Polars uses all cores for every one of them."""


class Prefetcher(Generic[Piece]):
    """Does the same work on many pieces, several at a time and in their order, before the results are needed.

    At the end of the block, pieces that have not begun are cancelled.
    """

    def __init__(self, work: Callable[[Piece], object], pieces: Sequence[Piece]) -> None:
        self._work, self._pieces = work, pieces
        self._pool = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1))

    def __enter__(self) -> Self:
        self._futures = {piece: self._pool.submit(self._work, piece) for piece in self._pieces}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def wait_for(self, pieces: Iterable[Piece]) -> None:
        """Wait until pieces are done.

        Raises:
            Exception: What the work on one of them raised.
        """
        for piece in pieces:
            self._futures[piece].result()

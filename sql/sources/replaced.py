"""Files that are read in place and are replaced meanwhile: noticed, and described in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import polars as pl

from sql.sources.files import changed_sentence
from sql.sources.source import Source
from transforms.errors import RetierError
from transforms.month import Month


def refuse_replaced(sources: Iterable[Source], month: Month) -> None:
    """Refuse what was computed from files that are no longer what they were when they were opened.

    Args:
        sources: The sources that were read.
        month: The month that was computed; a file with later rows only may change, since it was not read.

    Raises:
        RetierError: If a file was replaced, written to or removed.
    """
    sentence = _sentence(sources, month)
    if sentence is not None:
        raise RetierError(sentence)


@contextmanager
def translate_replaced(sources: Callable[[], Iterable[Source]]) -> Iterator[None]:
    """Translate errors of reading into a sentence, where a file that is read in place was replaced meanwhile.

    Args:
        sources: Returns the sources that may have been read; called only after an error.

    Raises:
        RetierError: If a file was replaced, written to or removed; any other error is raised as it is.
    """
    try:
        yield
    # Polars panics at some footers, and that is no Exception.
    except (RetierError, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        # A gate that stopped the month, a busy warehouse or wrong use is no matter of files.
        is_special = isinstance(error, RetierError) and type(error) is not RetierError
        sentence = None if is_special else _sentence(sources(), None)
        if sentence is None:
            raise
        raise RetierError(sentence) from error


def _sentence(sources: Iterable[Source], month: Month | None) -> str | None:
    changed = ((source.table.name, name) for source in sources for name in source.changed_files(month))
    return next((changed_sentence(source, name) for source, name in changed), None)

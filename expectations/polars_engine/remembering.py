"""Making each configuration once: what two thirds of a small validation's time went into.

While it validates, Great Expectations asks every expectation some ninety times for its configuration, and makes it
anew each time, and turns it back into an expectation nine times. Neither changes meanwhile. Within
:func:`configurations_remembered` each is made once; outside of it everything is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

_Made = TypeVar("_Made")

_remembered: ContextVar[dict[int, tuple[Any, Any]] | None] = ContextVar("_remembered", default=None)


@contextmanager
def configurations_remembered() -> Iterator[None]:
    """Remember configurations in this thread until the block ends; nothing is kept beyond it."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def _once(make: Callable[[Any], _Made]) -> Callable[[Any], _Made]:
    """Make something of an object once per block. The object is kept too, so that its id is not given to another."""

    def made(owner: Any) -> _Made:
        memory = _remembered.get()
        if memory is None:
            return make(owner)
        known = memory.get(id(owner))
        if known is None:
            known = memory[id(owner)] = (owner, make(owner))
        result: _Made = known[1]
        return result

    return made


_configuration = Expectation.configuration.fget  # type: ignore[attr-defined]
Expectation.configuration = property(_once(_configuration))  # type: ignore[method-assign, assignment]
ExpectationConfiguration.to_domain_obj = _once(ExpectationConfiguration.to_domain_obj)  # type: ignore[assignment, method-assign]

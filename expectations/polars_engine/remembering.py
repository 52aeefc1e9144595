"""Makes each configuration only once, which took three quarters of the time of a small validation.

During a validation, Great Expectations makes the configuration of every expectation some ninety times, turns it back
into an expectation nine times, and hashes the same arguments of metrics again and again, although none of them change.
Within :func:`configurations_remembered` each is made once; outside of it nothing is changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from great_expectations.core.id_dict import IDDict, IDDictID
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

_Made = TypeVar("_Made")

Memory = dict[tuple[str, int], tuple[Any, Any]]
"""By what is made from an object and the object's id, the object and what was made from it."""

_remembered: ContextVar[Memory | None] = ContextVar("_remembered", default=None)
_ids: ContextVar[dict[frozenset[Any], IDDictID] | None] = ContextVar("_ids", default=None)

_EXPECTATION = "expectation"
# Fewer arguments are their own id.
_HASHED_FROM = 2
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


def _once(kind: str, make: Callable[[Any], _Made]) -> Callable[[Any], _Made]:
    """Make something from an object once per block. The object is kept as well, so that its id is not reused."""

    def made(owner: Any) -> _Made:
        memory = _remembered.get()
        if memory is None:
            return make(owner)
        known = memory.get((kind, id(owner)))
        if known is None:
            known = memory[kind, id(owner)] = (owner, make(owner))
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
        memory[key] = _hashed_plain(arguments)
    return memory[key]


def _hashed_plain(arguments: IDDict) -> IDDictID:
    """Hash arguments as Great Expectations does, which first looks at each whether JSON can hold it."""
    if len(arguments) < _HASHED_FROM or arguments._id_ignore_keys:
        return _hashed(arguments)
    return hashlib.md5(json.dumps(arguments, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def _configuration_of(expectation: Expectation) -> ExpectationConfiguration:
    """Make an expectation's configuration; turned back, it gives the same expectation again."""
    configuration: ExpectationConfiguration = _configuration(expectation)
    memory = _remembered.get()
    if memory is not None:
        memory[_EXPECTATION, id(configuration)] = (configuration, expectation)
    return configuration


def _arguments_of(expectation: Expectation) -> dict[str, Any]:
    """Return an expectation's arguments in a dictionary of the caller's own."""
    return dict(_arguments(expectation))


_hashed = IDDict.to_id
IDDict.to_id = _id_of  # type: ignore[assignment, method-assign]
_configuration = Expectation.configuration.fget  # type: ignore[attr-defined]
Expectation.configuration = property(_once("configuration", _configuration_of))  # type: ignore[method-assign, assignment]
_arguments = _once("arguments", Expectation._get_success_kwargs)
Expectation._get_success_kwargs = _arguments_of  # type: ignore[method-assign, assignment]
ExpectationConfiguration.to_domain_obj = _once(_EXPECTATION, ExpectationConfiguration.to_domain_obj)  # type: ignore[assignment, method-assign]

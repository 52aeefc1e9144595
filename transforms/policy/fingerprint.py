"""The fingerprint of a policy: it changes when a person changes the policy, not when the model learns a new key.

A key that is added to the model later is marked :class:`~transforms.policy.values.CameLater`, and has as its default
what the product did before: where a file lacks it, or says the same, the fingerprint is what it was. A key that was
removed is listed in ``REMOVED`` of its section with the value that everybody had who never changed it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator

from transforms.policy.values import Section, came_later

_WORDS = frozenset({"reason", "label", "wording", "customer_wording", "summary"})
"""Keys whose values people read; no result depends on them."""


def fingerprint_of(policy: Section, *, left_out: Collection[str]) -> str:
    """Hash every value of a policy that can change a result.

    Args:
        policy: One version of the policy.
        left_out: Its sections and keys that change no result.

    Returns:
        64 hexadecimal digits. The order of components counts, since results have lists in that order.
    """
    values = dict(_values(policy, left_out))
    return hashlib.sha256(json.dumps(values, sort_keys=False).encode()).hexdigest()


def _values(section: Section, left_out: Collection[str] = ()) -> Iterator[tuple[str, object]]:
    removed = type(section).REMOVED
    for name, field in type(section).model_fields.items():
        yield from ((one.name, one.value) for one in removed if one.before == name)
        value = _plain(getattr(section, name))
        if name in _WORDS or name in left_out or (came_later(field) and value == _plain(field.get_default())):
            continue
        yield name, value
    yield from ((one.name, one.value) for one in removed if one.before is None)


def _plain(value: object) -> object:
    if isinstance(value, Section):
        return dict(_values(value))
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value

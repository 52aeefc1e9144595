"""Ids that a source made from an account's: ``INV-2026-10-A-00001`` is an invoice of ``A-00001``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from transforms.erasure.spellings import WORD_BEGINS, WORD_ENDS, any_of, escaped_forms

_OPENING, _CLOSING = r"(?<![^\W_])", r"(?![^\W_])"
"""An id within a longer one has no letter or digit beside it: ``A-0000`` is not in ``INV-A-00001``."""


@dataclass(frozen=True)
class Holder:
    """Finds an account's id within longer ids.

    Attributes:
        account_id: The account's id.
        others: The ids of other accounts, of which some may hold it, too: what is theirs stays as it is.
    """

    account_id: str
    others: tuple[str, ...] = ()

    def replaced(self, longer: str, replacement: str) -> str:
        """Replace the account's id within a longer one.

        Args:
            longer: The longer id.
            replacement: What stands there afterwards.

        Returns:
            The same id if it does not hold the account's, or holds it only as a part of another account's.
        """
        return self._pattern.sub(lambda found: replacement if found["id"] else found[0], longer)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longer = (other for other in self.others if self.account_id in other and other != self.account_id)
        own = f"(?P<id>{re.escape(self.account_id)})"
        return re.compile(f"{_OPENING}(?:{'|'.join(filter(None, [any_of(longer), own]))}){_CLOSING}")


@dataclass(frozen=True)
class Longer:
    """The longer ids that hold an account's, to be replaced in texts wherever one is a whole word.

    Attributes:
        account_id: The account's id.
        replacements: What replaces each longer id.
    """

    account_id: str = ""
    replacements: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[str], holder: Holder, pseudonym: str) -> Longer:
        """Collect those of some ids that hold the account's, which is not one of them itself."""
        replaced = {value: holder.replaced(value, pseudonym) for value in set(values) - {holder.account_id}}
        return cls(holder.account_id, {value: new for value, new in sorted(replaced.items()) if new != value})

    def erased(self, text: str) -> str:
        """Replace the longer ids in a text."""
        if not self.replacements:
            return text
        parts, end = [], 0
        for found in self._account.finditer(text):
            if (place := self._place_of(text, found.start(), end)) is not None:
                parts += [text[end : place.start], self._spellings[text[place.start : place.stop]]]
                end = place.stop
        return "".join([*parts, text[end:]])

    def _place_of(self, text: str, at: int, end: int) -> slice | None:
        """Find the longer id around a place where the account's id stands, not before the end of the last one."""
        for offset, length in self._shapes:
            start, stop = at - offset, at - offset + length
            if start >= end and text[start:stop] in self._spellings and _is_whole(text, start, stop):
                return slice(start, stop)
        return None

    @cached_property
    def _account(self) -> re.Pattern[str]:
        return re.compile(f"{_OPENING}(?:{any_of(escaped_forms(self.account_id))}){_CLOSING}")

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return {
            written: new
            for value, replacement in self.replacements.items()
            for written, new in zip(escaped_forms(value), escaped_forms(replacement), strict=True)
        }

    @cached_property
    def _shapes(self) -> list[tuple[int, int]]:
        """Where the account's id stands in longer ones, and how long these are, the longest first.

        Texts are searched for the one account's id, and not for each of the longer ones: there may be thousands.
        """
        found = {(at.start(), len(word)) for word in self._spellings for at in self._account.finditer(word)}
        return sorted(found, key=lambda shape: (-shape[1], shape))


_BEGINS, _ENDS = re.compile(WORD_BEGINS), re.compile(WORD_ENDS)


def _is_whole(text: str, start: int, stop: int) -> bool:
    return bool(_BEGINS.match(text, start) and _ENDS.match(text, stop))

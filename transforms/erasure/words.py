"""Erases an account from texts: its id and names are replaced where they occur as whole words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from transforms.erasure.longer import Holder, Longer
from transforms.erasure.spellings import any_of, escaped_forms, forms, whole
from transforms.ids import INVISIBLE

ERASED = "erased"
"""Replaces a value that is erased without a pseudonym of its own."""

_ORDINARY = re.compile(r"[0-9]+|[a-z_]+|.", re.DOTALL)
_NOT_OF_A_WORD = "[^A-Za-z0-9]"
"""An underscore ends a word here, though it does not in texts: longer ids may hold the id beside one."""

_LITERAL = r'"(?:[^"\\]|\\.)*"'
_LITERALS = re.compile(_LITERAL, re.DOTALL)
_ACCOUNT_IDS = re.compile(rf'("[a-z_]*account_id"\s*:\s*)({_LITERAL})', re.DOTALL)
_OPENING, _CLOSING = r"(?P<opening>>|&#x27;|&#39;|&quot;|&#34;)", r"(?=<|&#x27;|&#39;|&quot;|&#34;)"


@dataclass(frozen=True)
class Erasure:
    """The account to erase, and its replacement.

    An id is a whole word: ``a1`` is neither part of ``a10`` nor of ``a1-eu``. A plain number, a plain lower-case word
    or a single character also occurs in texts that do not mean the account. Such an id is replaced only in quotes, as
    messages write ids, and as the value of an ``account_id`` in JSON. The same holds for names.

    Attributes:
        account_id: The account.
        pseudonym: Its replacement.
        names: The names that it had.
        longer: The ids of its invoices, tickets and the like that a source made from its own.
    """

    account_id: str
    pseudonym: str
    names: tuple[str, ...] = ()
    longer: Longer = field(default_factory=Longer)

    @property
    def is_ordinary(self) -> bool:
        """Whether the id also occurs in texts that do not mean the account."""
        return _ORDINARY.fullmatch(self.account_id) is not None

    @property
    def candidates(self) -> str:
        """A regular expression that matches every text that may name the account.

        It uses only what the dialects of Python, PostgreSQL, RE2 (DuckDB) and Rust (Polars) have in common.
        """
        words = (self.account_id, *self.names)
        plain = any_of(form for word in words if not _ORDINARY.fullmatch(word) for form in forms(word))
        ordinary = any_of(form for word in words if _ORDINARY.fullmatch(word) for form in forms(word))
        found = [f"(.*{_NOT_OF_A_WORD})?({plain})({_NOT_OF_A_WORD}.*)?"] if plain else []
        found += [f".*['\"`]({ordinary})['\"`\\\\].*"] if ordinary else []
        return f"(?s)^({'|'.join(found)})$"

    def with_longer(self, ids: Iterable[str], accounts: Iterable[str]) -> Erasure:
        """Return the erasure of longer ids, too, of which those count that hold the account's.

        Args:
            ids: Ids of other things than accounts. An account whose id is an ordinary word has none of its own: what
                looks like it may be a year, or a word.
            accounts: Ids of accounts; what one of the others is made from stays as it is.
        """
        if self.is_ordinary:
            return self
        holder = Holder(self.account_id, tuple(sorted(set(accounts))))
        return replace(self, longer=Longer.of(ids, holder, self.pseudonym))

    def in_text(self, text: str, *, has_names: bool = True) -> str:
        """Replace the account in prose or in JSON, whose numbers and spaces stay exactly as they were.

        Args:
            text: The text.
            has_names: Whether the account's names mean it in this text; false in a row of another account.
        """
        pattern = self._words if has_names else self._id
        if not _is_json(text):
            return pattern.sub(self.pseudonym, self.longer.erased(text))

        def literal(found: re.Match[str]) -> str:
            value = json.loads(found[0], strict=False)
            replaced = pattern.sub(self.pseudonym, self.longer.erased(value))
            return found[0] if replaced == value else json.dumps(replaced, ensure_ascii=False)

        return _LITERALS.sub(literal, _ACCOUNT_IDS.sub(self._as_value, text))

    def is_row_of(self, row_as_read: str, id_columns: frozenset[str]) -> bool:
        """Return whether a source's row, a JSON object, is the account's: a column holds its id and nothing else.

        Args:
            row_as_read: The row.
            id_columns: Its columns that hold ids of accounts; if the id is not an ordinary word, any column counts.
        """
        row = json.loads(row_as_read, strict=False) if _is_json(row_as_read) else None
        if not isinstance(row, dict):
            return False
        return any(self._is_meant(row.get(name)) for name in (id_columns if self.is_ordinary else row))

    def in_row(self, row_as_read: str, id_columns: frozenset[str]) -> str:
        """Replace the account in a source's row, a JSON object; in a row of the account itself every value is erased.

        Args:
            row_as_read: The row.
            id_columns: Its columns that hold ids of accounts.
        """
        if not self.is_row_of(row_as_read, id_columns):
            return self.in_text(row_as_read)
        wiped = {
            name: self.pseudonym if self._is_meant(value) else (None if value is None else ERASED)
            for name, value in json.loads(row_as_read, strict=False).items()
        }
        return self.in_text(json.dumps(wiped, ensure_ascii=False, separators=(",", ":")))

    def in_change_id(self, change_id: str) -> str:
        """Replace the account in the identifier of a change, which ends with it."""
        *beginning, account_id = change_id.split(":", 3)
        if len(beginning) < 3:
            return self.in_text(change_id)
        return ":".join([*beginning, self.pseudonym]) if account_id == self.account_id else change_id

    def in_markup(self, text: str) -> str:
        """Replace the account in HTML; an ordinary word only if an element or quotes hold nothing else."""
        replaced = self.longer.erased(text)
        replaced = self._markup.sub(self.pseudonym, replaced) if self._markup.pattern else replaced
        if self._ordinary_markup.pattern:
            replaced = self._ordinary_markup.sub(rf"\g<opening>{self.pseudonym}", replaced)
        return _ACCOUNT_IDS.sub(self._as_value, replaced)

    def _as_value(self, found: re.Match[str]) -> str:
        is_meant = json.loads(found[2], strict=False) == self.account_id
        return f'{found[1]}"{self.pseudonym}"' if is_meant else found[0]

    def _is_meant(self, value: object) -> bool:
        return value is not None and str(value).strip(INVISIBLE) == self.account_id.strip(INVISIBLE)

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return _pattern((self.account_id, *self.names))

    @cached_property
    def _id(self) -> re.Pattern[str]:
        return _pattern((self.account_id,))

    @cached_property
    def _markup(self) -> re.Pattern[str]:
        plain = [word for word in (self.account_id, *self.names) if not _ORDINARY.fullmatch(word)]
        return re.compile("|".join(whole(escaped_forms(word)) for word in plain))

    @cached_property
    def _ordinary_markup(self) -> re.Pattern[str]:
        ordinary = [word for word in (self.account_id, *self.names) if _ORDINARY.fullmatch(word)]
        words = any_of(form for word in ordinary for form in escaped_forms(word))
        return re.compile(f"{_OPENING}(?:{words}){_CLOSING}" if words else "")


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of some words, the longest first."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile(
        "|".join(_quoted(word) if _ORDINARY.fullmatch(word) else whole(forms(word)) for word in longest_first)
    )


def _quoted(word: str) -> str:
    return rf"(?<=['\"`]){re.escape(word)}(?=['\"`])"


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text, strict=False)
    except ValueError:
        return False
    return True

"""Finds the account that a person means, by its id or by its name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, text

from transforms.errors import WrongUseError
from transforms.month import Month

_CANDIDATES = 2000
_SHOWN = 5

_BY_ID = text("select account_id from retier.account_features where month = :month and account_id = :wanted")
_BY_NAME = text(
    "select account_id from retier.account_features where month = :month and lower(name) = lower(:wanted) "
    "order by account_id limit :most"
)
_LAST_SEEN = text("select max(month) from retier.account_features where account_id = :wanted")
_NEAR = text(
    "select account_id, name from retier.account_features "
    "where month = :month and (position(lower(:wanted) in lower(name)) > 0 "
    "or position(lower(:wanted) in lower(account_id)) > 0 "
    "or lower(substring(name, 1, 1)) = lower(substring(:wanted, 1, 1)) "
    "or lower(substring(account_id, 1, 1)) = lower(substring(:wanted, 1, 1))) "
    "order by account_id limit :most"
)


def find_account(connection: Connection, wanted: str, month: Month) -> str:
    """Give the id of the account in scope in a month that has this id, else this name.

    Raises:
        WrongUseError: If there is none, with near matches, or several have that name.
    """
    if wanted != wanted.encode("utf-8", "replace").decode("utf-8"):
        raise WrongUseError(f"unknown account {wanted!r}: expected text in UTF-8")
    query: dict[str, Any] = {"month": month.first_day, "wanted": wanted, "most": _CANDIDATES}
    if connection.scalar(_BY_ID, query) is not None:
        return wanted
    named = list(connection.scalars(_BY_NAME, query))
    if len(named) == 1:
        return str(named[0])
    if named:
        raise WrongUseError(f"{len(named)} accounts are called {wanted!r} in {month}: name one by its id, {_list(named)}")
    last_seen = connection.scalar(_LAST_SEEN, query)
    if last_seen is not None:
        raise WrongUseError(
            f"account {wanted!r} is not in scope in {month}: it has been in other months, the last of them "
            f"{Month.of(last_seen)}; name one with --month"
        )
    raise WrongUseError(f"unknown account {wanted!r} in {month}: {_near(connection, query)}")


def _near(connection: Connection, query: dict[str, Any]) -> str:
    wanted = str(query["wanted"]).lower()
    ids_by_text: dict[str, str] = {}
    for account_id, name in connection.execute(_NEAR, query):
        ids_by_text.setdefault(str(account_id).lower(), str(account_id))
        if name is not None:
            ids_by_text.setdefault(str(name).lower(), f"{account_id} ({name})")
    near = get_close_matches(wanted, ids_by_text, n=_SHOWN, cutoff=0.5)
    near += [known for known in ids_by_text if wanted and wanted in known and known not in near]
    if not near:
        return "expected the id or the name of an account in scope"
    return f"did you mean {_list([ids_by_text[known] for known in near])}?"


def _list(texts: list[str]) -> str:
    """Name the first few in their order, which is that of likeness."""
    shown = ", ".join(repr(text) for text in dict.fromkeys(texts[:_SHOWN]))
    return f"{shown} and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else shown

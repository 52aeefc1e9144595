"""Finds the account that a person means, by its id or by its name."""

from __future__ import annotations

from difflib import get_close_matches

from sqlalchemy import Connection

from sql.dialects import read
from transforms.errors import WrongUseError
from transforms.month import Month

_CANDIDATES = 2000
_SHOWN = 5

_NAMED = (
    "select account_id from account_features where month = :month and lower(name) = lower(:wanted) order by account_id"
)
_SEEN = "select month from account_features where account_id = :wanted order by month"
_NEAR = """
    select account_id, name from account_features
    where month = :month and (
        position(lower(:wanted) in lower(name)) > 0
        or position(lower(:wanted) in lower(account_id)) > 0
        or lower(substring(name, 1, 1)) = lower(substring(:wanted, 1, 1))
        or lower(substring(account_id, 1, 1)) = lower(substring(:wanted, 1, 1))
    )
    order by account_id
    limit :most
"""


def find_account(connection: Connection, wanted: str, month: Month) -> str:
    """Find an account in scope in a month by its id, else by its name.

    Raises:
        WrongUseError: If there is none (with near matches), or several share the name.
    """
    if wanted != wanted.encode("utf-8", "replace").decode("utf-8"):
        raise WrongUseError(f"unknown account {wanted!r}: expected text in UTF-8")
    months = [Month.of(day) for day in read(connection, _SEEN, wanted=wanted)["month"]]
    if month in months:
        return wanted
    named = read(connection, _NAMED, wanted=wanted, month=month.first_day)["account_id"].to_list()
    if len(named) == 1:
        return str(named[0])
    if named:
        raise WrongUseError(
            f"{len(named)} accounts are called {wanted!r} in {month}: name one by its id: {_list(named)}"
        )
    if months:
        raise WrongUseError(
            f"account {wanted!r} is not in scope in {month}: it was last in {months[-1]} (--month {months[-1]})"
        )
    raise WrongUseError(f"unknown account {wanted!r} in {month}: {_near(connection, wanted, month)}")


def _near(connection: Connection, wanted: str, month: Month) -> str:
    candidates = read(connection, _NEAR, wanted=wanted, month=month.first_day, most=_CANDIDATES)
    label_by_text: dict[str, str] = {}
    for account_id, name in candidates.iter_rows():
        label = account_id if name is None else f"{account_id} ({name})"
        label_by_text.setdefault(account_id.lower(), label)
        if name is not None:
            label_by_text.setdefault(name.lower(), label)
    near = get_close_matches(wanted.lower(), label_by_text, n=_SHOWN, cutoff=0.5)
    near += [known for known in label_by_text if wanted and wanted.lower() in known and known not in near]
    if not near:
        return "expected the id or the name of an account in scope"
    return f"did you mean {_list([label_by_text[known] for known in near])}?"


def _list(texts: list[str]) -> str:
    """List the first few, the most similar first."""
    shown = ", ".join(repr(text) for text in dict.fromkeys(texts[:_SHOWN]))
    return f"{shown} and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else shown

"""Rows whose account is not in the accounts source: mostly ids of another system."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.preflight.sources import Looked, warn
from transforms.errors import first_few
from transforms.ids import difference_between

_SHOWN = 3
_MOST = 0.5


def warn_of_strangers(looked: Mapping[str, Looked]) -> None:
    """Warn of every source that names accounts which the accounts source lacks.

    Where most of its rows do, the warning says by what difference in writing, if one explains them.

    Args:
        looked: The findings about each source, by name; the warnings are added to them.
    """
    accounts = looked["accounts"].rows
    if accounts is None:
        return
    known = accounts.select("account_id").unique().collect(engine="streaming")["account_id"]
    for name, source in looked.items():
        if name == "accounts" or source.rows is None or "account_id" not in source.rows.collect_schema():
            continue
        named = source.rows.group_by("account_id").len().collect(engine="streaming")
        strangers = named.join(known.to_frame(), on="account_id", how="anti")
        if strangers.height:
            examples = first_few(strangers["account_id"].sort().head(_SHOWN))
            is_most = int(strangers["len"].sum()) >= _MOST * int(named["len"].sum())
            warn(
                source,
                f"{strangers.height:,} of {named.height:,} account_ids in {name} are not among the accounts, such as "
                f"{examples}: their rows do not count; {_advice(name, strangers, known if is_most else None)}",
            )


def _advice(source: str, strangers: pl.DataFrame, known: pl.Series | None) -> str:
    difference = None if known is None else difference_between(strangers["account_id"], known)
    if difference is None:
        return "check that both sources use the same ids"
    return f"write them alike ({difference.sentence(source)})"

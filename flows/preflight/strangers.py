"""Rows whose account is not in the accounts source: mostly ids of another system."""

from __future__ import annotations

from collections.abc import Mapping

from flows.preflight.sources import Looked, warn
from transforms.errors import first_few

_SHOWN = 3


def warn_of_strangers(looked: Mapping[str, Looked]) -> None:
    """Warn of every source that names accounts which the accounts source lacks.

    Args:
        looked: The findings about each source, by name; the warnings are added to them.
    """
    accounts = looked["accounts"].rows
    if accounts is None:
        return
    known = accounts.select("account_id").unique()
    for name, source in looked.items():
        if name == "accounts" or source.rows is None or "account_id" not in source.rows.collect_schema():
            continue
        named = source.rows.select("account_id").unique().collect(engine="streaming")
        strangers = named.lazy().join(known, on="account_id", how="anti").collect(engine="streaming")
        if strangers.height:
            examples = first_few(strangers["account_id"].sort().head(_SHOWN))
            warn(
                source,
                f"{strangers.height:,} of {named.height:,} account_ids in {name} are not among the accounts, such as "
                f"{examples}: their rows do not count; check that both sources use the same ids",
            )

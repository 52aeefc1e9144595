"""The published tables as assets of Prefect, which shows their lineage and freshness."""

from __future__ import annotations

from functools import cache

from prefect.assets import Asset, AssetProperties
from sqlalchemy.engine import make_url

from sql.dialects import SCHEMA
from transforms.contracts import PUBLISHED


@cache
def published_assets(warehouse: str) -> tuple[Asset, ...]:
    """Return one asset per table that a month is published into.

    Args:
        warehouse: URL of the warehouse; its user, password and options are left out of the names.
    """
    place = _place(warehouse)
    return tuple(
        Asset(
            key=f"{place}/{SCHEMA}/{name}",
            properties=AssetProperties(name=f"{SCHEMA}.{name}", description=f"{table.grain}."),
        )
        for name, table in PUBLISHED.items()
    )


def _place(warehouse: str) -> str:
    url = make_url(warehouse)
    kind = url.get_backend_name()
    database = (url.database or "").strip("/").replace(" ", "_")
    return f"{kind}://{url.host}/{database}" if url.host else f"{kind}://{database}"

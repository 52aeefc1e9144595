"""Usage by day and feature, from the fact store or counted now."""

from __future__ import annotations

import polars as pl

from flows.inputs.fact_versions import fact_version
from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.opened import Opened
from sql.facts import Fact, FactStore
from transforms.facts.usage_days import SCHEMA, usage_days
from transforms.month import Month

_KIND = "usage_days"


def days_of(opened: Opened, store: FactStore, month: Month) -> pl.LazyFrame:
    """Return the usage of a month by day and feature, as :func:`transforms.facts.usage_days.usage_days` does."""
    content = opened.months["usage"].get(month)
    if content is None:
        return pl.LazyFrame(schema=SCHEMA)
    name = fingerprint_of(fact_version("usage_days"), content)
    return store.get_or_make(_KIND, month, name, lambda: Fact(usage_days(opened.events["usage"].rows(month)))).frame

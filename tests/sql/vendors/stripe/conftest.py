"""The rows that the kit for Stripe makes of a small book, in which a test replaces the tables that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.sql.vendors.conftest import refused_of, rows_of
from tests.sql.vendors.landing import Landing
from tests.sql.vendors.stripe.book import book
from transforms.errors import RetierError

Made = list[dict[str, Any]]


@pytest.fixture
def subscriptions(make: Callable[..., Made]) -> Callable[..., Made]:
    """Return the subscriptions, in the order of item and day."""

    def made(options: Mapping[str, Any] | None = None, **tables: Any) -> Made:
        try:
            return make("stripe", "subscriptions", book(**tables), **(options or {}))
        except RetierError as error:
            # A project cannot do without subscriptions, so that having none at all is refused.
            if "has no rows" in str(error):
                return []
            raise

    return made


@pytest.fixture
def mrr(subscriptions: Callable[..., Made]) -> Callable[..., list[tuple[str, str, float]]]:
    """Return item, first day and monthly revenue of the subscriptions."""

    def made(options: Mapping[str, Any] | None = None, **tables: Any) -> list[tuple[str, str, float]]:
        rows = subscriptions(options, **tables)
        return [(row["subscription_id"], f"{row['start_date']}", row["mrr"]) for row in rows]

    return made


@pytest.fixture
def reasons(count: Callable[..., dict[str, int]]) -> Callable[..., dict[str, int]]:
    """Return how many are left out, by reason."""

    def counted(
        options: Mapping[str, Any] | None = None, source: str = "subscriptions", **tables: Any
    ) -> dict[str, int]:
        return count("stripe", source, book(**tables), **(options or {}))

    return counted


@pytest.fixture
def held_back(landing: Landing) -> Callable[..., list[tuple[str, str]]]:
    """Return the columns for which rows of subscriptions are held back, and why."""

    def told(options: Mapping[str, Any] | None = None, **tables: Any) -> list[tuple[str, str]]:
        landing.land("stripe", book(**tables))
        opened = landing.source("subscriptions", "stripe", said={"options": options or {}})
        rows_of(opened)
        return [(error["column"], error["got"]) for row in refused_of(opened) for error in row["errors"]]

    return told

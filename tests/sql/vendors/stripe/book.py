"""A small book of Stripe: account A pays 100 dollars a month since 1 June 2019; tests change what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sql.vendors.landing import Tables

Row = dict[str, Any]
BEGIN = "2019-06-01 10:00:00"


def subscription(**columns: Any) -> Row:
    """A running subscription of account A."""
    return {
        "id": "sub",
        "customer_id": "cus",
        "status": "active",
        "created": BEGIN,
        "start_date": BEGIN,
        "current_period_end": "2020-07-01 10:00:00",
        "cancel_at_period_end": False,
        "livemode": True,
        **columns,
    }


def item(**columns: Any) -> Row:
    """Its item since its beginning: one unit of the monthly price."""
    return {
        "id": "si",
        "subscription_id": "sub",
        "plan_id": "monthly",
        "quantity": 1,
        "created": BEGIN,
        **columns,
    }


def price(**columns: Any) -> Row:
    """A price of 100 dollars a month for the suite."""
    return {
        "id": "monthly",
        "product_id": "prod_suite",
        "currency": "usd",
        "billing_scheme": "per_unit",
        "recurring_interval": "month",
        "recurring_interval_count": 1,
        "recurring_usage_type": "licensed",
        "unit_amount": 10000,
        "unit_amount_decimal": "10000",
        **columns,
    }


def customer(**columns: Any) -> Row:
    """The customer, whose metadata names account A."""
    return {"id": "cus", "currency": "usd", "metadata": {"crm_account_id": "A"}, **columns}


def invoice(**columns: Any) -> Row:
    """An invoice of 100 dollars, which was paid."""
    return {
        "id": "in",
        "customer_id": "cus",
        "status": "paid",
        "currency": "usd",
        "total": 10000,
        "tax": None,
        "created": "2020-06-01 10:00:00",
        "status_transitions_paid_at": "2020-06-05 10:00:00",
        "due_date": "2020-06-15 10:00:00",
        "livemode": True,
        **columns,
    }


def line(**columns: Any) -> Row:
    """Its line: the item's month of June 2020."""
    return {
        "id": "il",
        "invoice_id": "in",
        "type": "subscription",
        "amount": 10000,
        "currency": "usd",
        "quantity": 1,
        "proration": False,
        "discountable": True,
        "plan_id": "monthly",
        "subscription_id": "sub",
        "subscription_item_id": "si",
        "period_start": "2020-06-01 10:00:00",
        "period_end": "2020-07-01 10:00:00",
        **columns,
    }


def book(**tables: Any) -> Tables:
    """All tables, each row list or single row replacing that of the plain book."""
    plain: Mapping[str, Any] = {
        "subscription": subscription(),
        "subscription_item": item(),
        "price": price(),
        "customer": customer(),
        "product": [{"id": "prod_suite", "name": "Suite"}, {"id": "prod_addon", "name": "Add-on"}],
    }
    landed = {**plain, **tables}
    return {name: rows if isinstance(rows, list) else [rows] for name, rows in landed.items() if rows is not None}

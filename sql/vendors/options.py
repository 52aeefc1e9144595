"""The options of each kit, which `retier.yaml` sets under ``vendors.<vendor>.options``.

Words in them are written into SQL, so that every one of them is either chosen from a list or a plain word.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.:/-]*$", max_length=200)]
"""A word that may be written into SQL between quotes, for options that name values of the vendor's."""


class Options(BaseModel):
    """What the options of every kit have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Status = Literal["incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused"]
"""The statuses of Stripe's subscriptions."""


class StripeOptions(Options):
    """The options of the kit for Stripe.

    Attributes:
        revenue_from: What subscriptions are made of: Stripe's ``subscriptions`` with their prices, or the
            ``invoice_lines`` that recur: for prices that depend on usage, and for the time before the first item.
        account_from: Where a customer's account comes from: its ``metadata``, and where they say nothing
            ``account_map``; ``account_map`` alone; or its own ``id``, where that is the account.
        account_key: The key in the customer's metadata that names the account.
        without_account: Whether subscriptions of customers without an account are held back, so that a run tells of
            them and stops at too many, or left out and only counted by `retier check`.
        statuses_without_revenue: The statuses in which a subscription brings no revenue; in ``paused`` it does where it
            had been paid for before the trial that it was paused after.
        pauses_without_revenue: Which ``pause_collection_behavior`` brings no revenue.
        invoices_without_revenue: The statuses of invoices whose lines are no revenue.
        renewal_from_months: The shortest term in months whose end is the date of a renewal.
    """

    revenue_from: Literal["subscriptions", "invoice_lines"] = "subscriptions"
    account_from: Literal["metadata", "id", "account_map"] = "metadata"
    account_key: Word = "crm_account_id"
    without_account: Literal["hold_back", "leave_out"] = "hold_back"
    statuses_without_revenue: tuple[Status, ...] = ("incomplete", "incomplete_expired", "paused", "unpaid")
    pauses_without_revenue: tuple[Literal["void", "mark_uncollectible", "keep_as_draft"], ...] = ("void",)
    invoices_without_revenue: tuple[Literal["draft", "open", "paid", "uncollectible", "void"], ...] = ("draft", "void")
    renewal_from_months: Annotated[int, Field(ge=1, le=120)] = 6


class ZendeskOptions(Options):
    """The options of the kit for Zendesk.

    Attributes:
        account_from: Where an organization's account comes from: its ``external_id``, and where there is none
            ``account_map``; ``account_map`` alone; or its own ``id``, where that is the account.
        priority: The priority of tickets without one.
        csat_good: The points of a good rating, on the scale from 1 to 5.
        csat_bad: The points of a bad rating.
    """

    account_from: Literal["external_id", "id", "account_map"] = "external_id"
    priority: Literal["low", "normal", "high", "urgent"] = "normal"
    csat_good: Annotated[float, Field(ge=1, le=5)] = 5
    csat_bad: Annotated[float, Field(ge=1, le=5)] = 1


_NOT_HELD = ("canceled", "cancelled", "no show", "noshow", "rescheduled")
_NOT_REACHED = ("no answer", "busy", "wrong number", "left voicemail")


class _CRMOptions(Options):
    """What the options of the kits for CRMs have in common.

    Attributes:
        mapped_accounts: What becomes of accounts that ``account_map`` gives another id: they are listed under it; or
            left out, since another system lists them.
        not_held: The outcomes of meetings and calls that did not take place, in lower case; hyphens and underscores
            count as spaces.
        customer_initiated: Which contacts customers asked for: inbound calls, where their direction is well kept;
            or nothing says who asked, and all count as ours.
    """

    mapped_accounts: Literal["listed", "left_out"] = "listed"
    not_held: tuple[Word, ...] = _NOT_HELD + _NOT_REACHED
    customer_initiated: Literal["unknown", "inbound_calls"] = "unknown"


class SalesforceOptions(_CRMOptions):
    """The options of the kit for Salesforce.

    Attributes:
        id_length: How accounts are named: by the ids of 18 characters that interfaces give, or by their first 15, as in
            reports; ids of the other length are converted.
    """

    id_length: Literal[15, 18] = 18


class HubSpotOptions(_CRMOptions):
    """The options of the kit for HubSpot.

    Attributes:
        calls_not_reached: The ids of the outcomes of calls that reached nobody; by default those of HubSpot's own
            outcomes busy, no answer, wrong number and left voicemail.
    """

    calls_not_reached: tuple[Word, ...] = (
        "9d9162e7-6cf3-4944-bf63-4dff82258764",
        "73a0d17f-1163-4015-bdd5-ec830791da20",
        "17b47fee-58de-441e-a44c-c6300d46f273",
        "b2cf5968-551e-4856-9783-52b3da59a7d0",
    )


class SegmentOptions(Options):
    """The options of the kit for Segment.

    Attributes:
        ignored_events: Events that are no use of the product.
        internal_domains: The domains of e-mail addresses of the company's own people, whose events are no customer's.
        internal_groups: Groups that are the company's own, or for tests.
    """

    ignored_events: tuple[Word, ...] = ()
    internal_domains: tuple[Word, ...] = ()
    internal_groups: tuple[Word, ...] = ()


OPTIONS: dict[str, type[Options]] = {
    "stripe": StripeOptions,
    "zendesk": ZendeskOptions,
    "salesforce": SalesforceOptions,
    "hubspot": HubSpotOptions,
    "segment": SegmentOptions,
}
"""The options of every vendor's kit."""

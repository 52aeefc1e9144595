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


class StripeOptions(Options):
    """The options of the kit for Stripe."""


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


class SalesforceOptions(Options):
    """The options of the kit for Salesforce."""


class HubSpotOptions(Options):
    """The options of the kit for HubSpot."""


class SegmentOptions(Options):
    """The options of the kit for Segment."""


OPTIONS: dict[str, type[Options]] = {
    "stripe": StripeOptions,
    "zendesk": ZendeskOptions,
    "salesforce": SalesforceOptions,
    "hubspot": HubSpotOptions,
    "segment": SegmentOptions,
}
"""The options of every vendor's kit."""

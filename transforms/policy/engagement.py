"""The policy's engagement section: what each tier includes, and who delivers it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from transforms.policy.values import Points, PositiveCount, PositiveDays, Section, Words


class Entitlement(Section):
    """Something that a tier includes, as customers may read it."""

    code: Words
    wording: Words
    reason: Words


class TierService(Section):
    """What a tier means in service."""

    owner_model: Literal["dedicated", "pooled", "digital"]
    summary: Words
    cadence_days: PositiveDays
    entitlements: Annotated[list[Entitlement], Field(min_length=1)]


class TechnicalManagerRule(Section):
    """When a high-touch account has a technical account manager."""

    minimum_complexity: Points
    minimum_integrations: PositiveCount


class Engagement(Section):
    """Entitlements per tier."""

    high_touch: TierService
    mid_touch: TierService
    low_touch: TierService
    technical_account_manager: TechnicalManagerRule

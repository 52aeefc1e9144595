"""The model of `retier.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from flows.settings.channels import Channel, ChannelName, Delivery
from sql.sources.spec import SourceSpec
from sql.vendors.settings import Vendors


def _is_url(text: str) -> str:
    if "://" not in text:
        raise ValueError("expected a URL, such as duckdb:///retier.duckdb or postgresql://user@host/database")
    return text


def _is_currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError("expected an ISO 4217 code, such as USD")
    return text


_Path = Annotated[str, Field(min_length=1)]


class Settings(BaseModel):
    """The settings of a project.

    Attributes:
        warehouse: URL of the database that is published into; a relative DuckDB file lies in the project.
        facts: The folder of the fact store, in the project.
        output: The folder of reports and other output, in the project.
        currency: ISO 4217 code of the currency in which everything is computed and published.
        tier_at: Whether each account has its own tier, or all accounts of a topmost parent share one.
        policy: The policy file, in the project.
        channels: Where notifications go, by channel name.
        delivery: How failed messages are retried.
        vendors: Where the tables of vendors lie, from which kits make sources.
        sources: Where the data lies, by source name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    warehouse: Annotated[str, AfterValidator(_is_url)] = Field("duckdb:///retier.duckdb", repr=False)
    facts: _Path = "facts/"
    output: _Path = "out/"
    currency: Annotated[str, AfterValidator(_is_currency)] = "USD"
    tier_at: Literal["account", "ultimate_parent"] = "account"
    policy: _Path = "policy.yaml"
    channels: dict[ChannelName, Channel] = {}
    delivery: Delivery = Delivery()
    vendors: Vendors = Vendors()
    sources: dict[str, SourceSpec]

    def with_kits(self) -> Settings:
        """Return the settings with what they say of vendors in every source that comes from one."""
        sources = {name: spec.with_kits(self.vendors) for name, spec in self.sources.items()}
        return self.model_copy(update={"sources": sources})

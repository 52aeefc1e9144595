"""Channels in `retier.yaml`: where notifications go, which ones, and how failures are retried."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from transforms.contracts.model import TIERS
from transforms.notifications.routes import Route
from transforms.policy.notifications import ChangeKind

RECIPIENT = "{recipient}"
"""The placeholder in a channel's URL for the address of the recipient."""

Format = Literal["text", "html", "chat"]
"""The format of a channel's messages: plain text, HTML for e-mail, or Markdown for Slack, Teams and other chats."""

Message = Literal["digest", "alert", "summary"]
"""A digest of an owner's changes, an alert of lifts, overrides and corrections, a summary for leadership."""

_Tier = Literal["low_touch", "mid_touch", "high_touch"]
_Words = list[Annotated[str, Field(min_length=1)]]


def _is_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not (separator and scheme.isalnum() and rest) or any(character.isspace() for character in text):
        raise ValueError(
            "expected an Apprise URL without blanks, such as mailtos://user:${SMTP_PASSWORD}@example.com?to={recipient}"
        )
    if re.split("[/?#]", rest, maxsplit=1)[0].count("@") > 1:
        # Apprise would take what follows the first @ as the host.
        raise ValueError("expected %40 for each @ in a name or a password")
    return text


def _is_name(text: str) -> str:
    if not (text.isascii() and text.replace("-", "a").replace("_", "a").isalnum()) or text == "approval":
        raise ValueError("expected a name of letters, digits, - and _ other than approval")
    return text


def _is_address(text: str) -> str:
    if text.count("@") != 1 or any(character in text for character in " ,;:<>()[]\\\"'\r\n\t"):
        raise ValueError("expected one plain e-mail address")
    return text


ChannelName = Annotated[str, AfterValidator(_is_name)]
"""The name of a channel, as ``notifications`` keeps it."""


class Channel(BaseModel):
    """A channel.

    Attributes:
        url: Its Apprise URL; it may hold secrets, so it is never shown. With ``{recipient}`` each message goes to its
            owner's address, which is percent-encoded into the URL.
        format: The format of its messages.
        messages: The kinds of messages that it sends.
        to: With ``{recipient}``: the addresses for messages without an owner, or whose owner has no address.
        owners: Only changes of accounts of these owners; empty means all.
        regions: Only changes of accounts in these regions; empty means all.
        tiers: Only changes from or to these tiers; empty means all.
        kinds: Only changes of these kinds; empty means those that the policy notifies of.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, AfterValidator(_is_url)] = Field(repr=False)
    format: Format = "text"
    messages: Annotated[list[Message], Field(min_length=1)] = ["digest", "alert", "summary"]
    to: list[Annotated[str, AfterValidator(_is_address)]] = []
    owners: _Words = []
    regions: _Words = []
    tiers: list[_Tier] = []
    kinds: list[ChangeKind] = []

    @model_validator(mode="after")
    def _has_recipients(self) -> Self:
        if self.is_addressed and not self.to:
            raise ValueError(
                f"the url contains {RECIPIENT}: expected `to`, a list of addresses for messages whose owner has none"
            )
        if self.to and not self.is_addressed:
            raise ValueError(f"`to` is used only where the url contains {RECIPIENT}: expected it there, or no `to`")
        return self

    @property
    def is_addressed(self) -> bool:
        """Whether each message goes to an address of its own."""
        return RECIPIENT in self.url

    def route(self, name: str) -> Route:
        """Return which changes the channel notifies of.

        Args:
            name: The channel's name.
        """
        return Route(
            channel=name,
            messages=tuple(self.messages),
            is_addressed=self.is_addressed,
            to=tuple(self.to),
            owners=tuple(self.owners),
            regions=tuple(self.regions),
            tiers=tuple(tier for tier in TIERS if tier in self.tiers),
            kinds=tuple(self.kinds),
        )


class Delivery(BaseModel):
    """How failed messages are retried.

    Attributes:
        maximum_attempts: After this many failed attempts a message is dead, until a person retries it.
        first_wait_seconds: The longest pause after the first failed attempt; it doubles after each further one.
        longest_wait_seconds: The longest pause overall.
        timeout_seconds: How long a receiver may take to accept a connection, and again for each piece of its answer.
        deadline_seconds: How long a whole attempt may take; None means three times ``timeout_seconds``.
        maximum_failures: After this many failures in a row a channel's other messages wait for the next time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    maximum_attempts: Annotated[int, Field(ge=1, le=100)] = 8
    first_wait_seconds: Annotated[float, Field(ge=0, le=86_400)] = 60.0
    longest_wait_seconds: Annotated[float, Field(ge=0, le=604_800)] = 21_600.0
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    deadline_seconds: Annotated[float, Field(gt=0, le=3_600)] | None = None
    maximum_failures: Annotated[int, Field(ge=1, le=1_000)] = 3

    @property
    def attempt_seconds(self) -> float:
        """How long a whole attempt may take: by default once the time to connect, to take the message, to answer."""
        return 3 * self.timeout_seconds if self.deadline_seconds is None else self.deadline_seconds

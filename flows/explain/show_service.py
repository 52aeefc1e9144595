"""An account's plan, actions and messages as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from flows.escaping import escape_controls
from flows.explain.explanation import Explanation, Message
from flows.words import ACTIONS, due_in_words, in_words
from transforms.month import Month
from transforms.plurals import pluralize


def show_service(console: Console, explanation: Explanation, currency: str) -> None:
    """Print segments, engagement plan, actions and messages; unpublished parts are left out.

    Args:
        console: The console; it must print text literally.
        explanation: The explanation.
        currency: The currency of its amounts.
    """
    if explanation.segments is not None:
        _show(console, "Segments", _segments(explanation, currency))
    if explanation.plan is not None:
        _show(console, "Engagement plan", _plan(explanation.plan))
        _show(console, "Actions", map(_action, explanation.actions))
    _show(console, "Messages about it", map(_message, explanation.messages))


def _show(console: Console, title: str, lines: Iterator[str]) -> None:
    console.print()
    console.print(Text(title, style="bold"))
    for line in list(lines) or ["none"]:
        console.print(Text(f"  {escape_controls(line)}"), soft_wrap=True)


def _segments(explanation: Explanation, currency: str) -> Iterator[str]:
    segments = explanation.segments or {}
    yield f"trait: {segments['trait'].replace('|', ' | ')}"
    if segments["rfm_code"] is not None:
        yield f"recency, frequency, monetary: {segments['rfm_segment']} ({segments['rfm_code']})"
    if segments["value_band"] is not None:
        is_early = explanation.risk is not None and _opportunity(segments, currency)
        help_first = ", once it is no longer at risk" if is_early else ""
        yield f"value: {segments['value_band']}{_opportunity(segments, currency)}{help_first}"
    needs = [need for need in (segments["primary_need"], segments["secondary_need"]) if need is not None]
    if needs:
        yield f"needs: {', then '.join(needs)}"


def _opportunity(segments: Mapping[str, Any], currency: str) -> str:
    kind, amount = segments["opportunity"], segments["opportunity_amount"]
    if kind in {None, "none"} or amount is None:
        return ""
    return f"; {kind.replace('_', '-')} worth {amount:z,.0f} {currency} a year"


def _plan(plan: Mapping[str, Any]) -> Iterator[str]:
    yield f"owner: {plan['owner'] or 'none'} ({plan['owner_model']})"
    if plan["technical_owner"] is not None:
        yield f"technical account manager: {plan['technical_owner']}"
    hours = pluralize(round(plan["hours_per_month"], 1), "hour")
    yield f"a contact every {pluralize(plan['cadence_days'], 'day')}, {hours} a month"
    yield f"entitled to {', '.join(code.replace('_', ' ') for code in plan['entitlements'].split(','))}"


def _action(action: Mapping[str, Any]) -> str:
    is_open = action["status"] == "open"
    when = due_in_words(action["due_date"], Month.of(action["month"])) if is_open else action["status"]
    return f"{in_words(action['action'], ACTIONS)} ({when}): {action['reason']}"


def _message(message: Message) -> str:
    sent = f"sent on {message.sent_at:%Y-%m-%d %H:%M} UTC" if message.sent_at is not None else message.status
    to = f" to {message.recipient}" if message.recipient is not None else ""
    return f"{message.month:%Y-%m}  {message.audience}{to} by {message.channel}: {sent}"

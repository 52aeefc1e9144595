"""A digest to be written out, without a warehouse."""

from __future__ import annotations

from datetime import date

from flows.notify.messages import Action, ChangeNote, Message
from tests.flows.notify.published import MONTH


def message(name: str) -> Message:
    """A digest in which everything that data may say is the same text."""
    note = ChangeNote(
        account_id="a-1", name=name, kind="promotion", is_correction=False, is_taken_back=False, from_tier="low touch",
        to_tier="mid touch", decided_by="its priority puts it there", reasons=(name,), drivers=(f"{name} +1.0",),
        lever=None, next_actions=(Action("health check", date(2026, 11, 30), name),), owner=name, arr=5.0,
    )  # fmt: skip
    return Message("0" * 32, MONTH, "c", None, "digest", name, 0, False, (note,), None, "USD")

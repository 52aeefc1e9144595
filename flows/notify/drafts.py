"""Drafts for customers whose service level changed: written for a person's approval, and never sent by retier.

Nothing internal is in them: no scores, value, cost, margin, risk, rules, owners' notes or other customers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.criteria.promise import promised
from flows.notify.preview import messages_folder
from flows.notify.render import Templates
from flows.settings import Project
from flows.transactions import read_in_transaction, write_in_transaction
from sql.atomic import new_file
from sql.dialects import quoted, read
from sql.outbox import record_drafts
from transforms.contracts import PUBLISHED
from transforms.errors import WrongUseError
from transforms.month import Month
from transforms.notifications.identity import message_id, notification_id

APPROVAL = "approval"
"""The channel of drafts: a person."""

_FELT = """
    select
        tiers.account_id, tiers.tier, tiers.base_tier_without_override, tiers.owner, tiers.revision,
        coalesce(features.name, tiers.account_id) as name, coalesce(tiers.is_interim_owner, false) as is_interim_owner,
        tiers.is_lift_in_effect, tiers.override_start_date, plan.entitlements, plan.technical_owner
    from {tiers} as tiers
    left join {features} as features on features.account_id = tiers.account_id and features.month = tiers.month
    left join {plan} as plan on plan.account_id = tiers.account_id and plan.month = tiers.month
    where tiers.month = :month and tiers.previous_tier is not null and tiers.previous_tier <> tiers.tier
    order by tiers.account_id
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft.

    Attributes:
        account_id: The account.
        file: Where it was written.
    """

    account_id: str
    file: Path


def write_drafts(project: Project, month: Month) -> Sequence[Draft]:
    """Write a draft for each account whose tier differs from that of the month before, and record it as held.

    Drafts of a former revision that are no longer true are withdrawn, and their files removed.

    Args:
        project: The project.
        month: A published month.

    Raises:
        WrongUseError: If the month is not published.
        RetierError: If a template of the project is broken, or a file cannot be written.
    """
    felt = read_in_transaction(project, partial(_felt, month=month))
    if felt is None:
        raise WrongUseError(f"{month} is not published: name a published month with --month")
    policy, templates, folder = project.policies.policy_for(month), Templates(project), messages_folder(project, month)
    drafts = []
    for account in felt.iter_rows(named=True):
        draft = {"name": account["name"], "since": str(month + 1), **promised(policy, account, account)}
        path = _path(folder, account["account_id"])
        text = templates.fill("draft", "text", {"draft": draft})
        with new_file(path) as file:
            file.write_text(text, encoding="utf-8")
        drafts.append(Draft(account["account_id"], path))
    withdrawn = write_in_transaction(project, partial(record_drafts, month=month, rows=_rows(felt, month)))
    for account_id in set(withdrawn).difference(draft.account_id for draft in drafts):
        _path(folder, account_id).unlink(missing_ok=True)
    return drafts


def _felt(connection: Connection, month: Month) -> pl.DataFrame | None:
    names = {"tiers": "account_tiers", "features": "account_features", "plan": "engagement_plan"}
    tables = {alias: quoted(connection, name) for alias, name in names.items()}
    is_there = read(connection, f"select 1 from {tables['tiers']} where month = :month limit 1", month=month.first_day)
    if is_there.is_empty():
        return None
    return read(connection, _FELT.format(**tables), month=month.first_day)


def _rows(felt: pl.DataFrame, month: Month) -> pl.DataFrame:
    return pl.DataFrame(
        [_row(account, month) for account in felt.iter_rows(named=True)], schema=PUBLISHED["notifications"].schema
    )


def _row(account: dict[str, Any], month: Month) -> dict[str, Any]:
    account_id, revision = account["account_id"], account["revision"]
    subject = f"{month}:{account['tier']}:{account_id}"
    return {
        "notification_id": notification_id(APPROVAL, None, "draft", subject, None),
        "month": month.first_day,
        "channel": APPROVAL,
        "audience": "customer",
        "message": "draft",
        "message_id": message_id(str(month), revision, APPROVAL, account_id, "draft", None, 0),
        "revision": revision,
        "status": "held",
        "attempts": 0,
        "account_id": account_id,
        "owner": account["owner"],
    }


def _path(folder: Path, account_id: str) -> Path:
    """Return the file of an account, with a unique name that any file system accepts."""
    plain = "".join(character if character.isascii() and character.isalnum() else "-" for character in account_id)
    return folder / "customer" / f"{plain[:40]}-{hashlib.sha256(account_id.encode()).hexdigest()[:8]}.txt"

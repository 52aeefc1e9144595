"""What a publication puts into the outbox: nothing without channels, held after a shift or a surge."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from expectations.finding import Finding
from flows.checks.judgement import Judgement
from flows.compute_month import Computed
from flows.inputs.published import Published
from flows.inputs.snapshot import Snapshot
from flows.request.context import RunContext
from flows.steps.outbox import outbox_frames
from tests.factories import rows
from tests.flows.notify.published import project_of
from tests.flows.options import options_of
from transforms.contracts import PUBLISHED, SOURCES
from transforms.month import Month

MONTH = Month.parse("2026-10")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
CHANNEL = "  mail: {url: 'mailto://example.com?to={recipient}', to: [desk@example.com], messages: [digest]}\n"
SHIFT = Finding("fleet_shift", "fail", False, "health fell", accepted_by="kim", accept_reason="a new login page")


def tiers(moved: int = 0) -> pl.DataFrame:
    lines = [
        {"account_id": f"a{number}", "tier": "mid_touch" if number < moved else "low_touch", "owner": "kim"}
        for number in range(100)
    ]
    return rows(PUBLISHED["account_tiers"], lines, month=MONTH.first_day)


def computed(*findings: Finding, moved: int = 1, team: pl.DataFrame | None = None) -> Computed:
    changes = [{"change_id": f"c{n}", "account_id": f"a{n}", "owner": "kim"} for n in range(moved)]
    frames = {
        "account_tiers": tiers(moved),
        "tier_changes": rows(PUBLISHED["tier_changes"], changes, kind="promotion", month=MONTH.first_day),
    }
    sources = {
        "accounts": rows(SOURCES["accounts"], [{"account_id": "a0", "region": "emea"}], valid_from=None).lazy(),
        **({} if team is None else {"team": team.lazy()}),
    }
    nobody = pl.DataFrame(schema={"account_id": pl.String, "into_account_id": pl.String})
    snapshot = Snapshot(MONTH, NOW, "account", frozenset(), sources, {}, {}, nobody)
    empty = {name: PUBLISHED[name].empty() for name in ("account_scores", "account_features", "account_tiers")}
    features = (empty["account_features"], empty["account_features"])
    nothing = pl.DataFrame()
    before = Published(
        tiers=tiers(),
        scores=empty["account_scores"],
        features=features,
        owners=nothing,
        actions=nothing,
        risks=(nothing, nothing),
        policy_version=None,
        previous_fingerprint=None,
        history_fingerprint="",
        revision=1,
        superseded=empty["account_tiers"],
    )
    return Computed(frames, snapshot, before, Judgement(findings))


@pytest.fixture
def outbox(tmp_path: Path):
    def made(month: Computed, channels: str = CHANNEL, is_notifying: bool = True) -> pl.DataFrame | None:
        project = project_of(tmp_path, channels or "  {}\n")
        context = RunContext(
            options=options_of(MONTH, is_notifying=is_notifying),
            project=project,
            policy=project.policies.policy_for(MONTH),
            month=MONTH,
            run_id="r",
            revision=1,
            started_at=NOW,
        )
        return outbox_frames(context, month).get("notifications")

    return made


def test_nobody_is_notified_without_a_channel_or_where_the_run_does_not_notify(outbox):
    assert outbox(computed(), channels="") is None
    assert outbox(computed(), is_notifying=False) is None


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (computed(), ("pending", None)),
        (computed(Finding("fleet_shift", "fail", True, "fine")), ("pending", None)),
        (computed(SHIFT), ("held", "health fell")),
        (computed(Finding("fleet_shift", "warn", False, "health rose")), ("held", "health rose")),
        (computed(Finding("exit_share", "fail", False, "many left")), ("held", "many left")),
        (computed(Finding("tier_mix", "warn", False, "another check")), ("pending", None)),
    ],
)
def test_a_fleet_wide_shift_holds_whoever_let_it_pass(outbox, month, expected):
    assert outbox(month).select("status", "last_error").unique().rows() == [expected]


def test_a_surge_holds_with_its_figures(outbox):
    held = outbox(computed(moved=16))
    assert set(held["status"]) == {"held"}
    assert held["last_error"][0].startswith("16.0% of 100 accounts changed their tier, expected at most 15.0%")
    assert set(outbox(computed(moved=15))["status"]) == {"pending"}


def test_an_owner_has_the_address_that_the_team_had_in_the_month(outbox):
    team = rows(
        SOURCES["team"],
        [
            {"owner": "kim", "email": "old@example.com", "valid_to": MONTH.first_day},
            {"owner": "kim", "email": "new@example.com", "valid_from": MONTH.first_day, "valid_to": None},
        ],
        valid_from=None,
        valid_to=None,
        hours_per_month=1.0,
    )
    assert outbox(computed(team=team))["recipient"].to_list() == ["new@example.com"]
    assert outbox(computed())["recipient"].to_list() == ["desk@example.com"]


def test_a_route_by_region_knows_the_region_of_the_account(outbox):
    channel = CHANNEL.replace("messages", "regions: [{}], messages")
    assert outbox(computed(moved=2), channel.replace("{}", "emea"))["account_id"].to_list() == ["a0"]
    assert outbox(computed(moved=2), channel.replace("{}", "apac")).is_empty()

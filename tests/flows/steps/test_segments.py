"""Segments of a project, and the facts that they need beside those of the metrics."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from flows.backfill.facts import facts_ahead, pieces_to_read
from flows.inputs.features import make_features, month_inputs
from flows.inputs.snapshot import Snapshot, snapshot_of
from flows.session import Session
from flows.settings import default_policy_text, load_project
from flows.steps.segments import make_segments
from tests.factories import rows
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, write_project
from transforms.contracts import PUBLISHED
from transforms.month import Month

FIRST = JANUARY - 6
"""The first month of usage."""

EDITING = "      - {name: edit, features: [editor], reason: Tried in a test.}\n"
EXPORTING = "      - {name: export, features: [export, nothing], reason: Tried in a test.}\n"


def with_use_cases(*use_cases: str) -> str:
    return default_policy_text().replace("use_cases: []", "use_cases:\n" + "".join(use_cases))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", healthy_tables())


def write_policy(folder: Path, *texts: str) -> None:
    """Write one version, or several of which each is in force from a month later than the one before, in March last."""
    if len(texts) == 1:
        (folder / "policy.yaml").write_text(texts[0], encoding="utf-8")
        return
    versions = []
    for number, text in enumerate(texts):
        month = MARCH - (len(texts) - 1 - number)
        dated = text.replace('version: "1"', f'version: "{number}"').replace(
            "effective_month: 2000-01", f"effective_month: {month if number else '2000-01'}"
        )
        lines = [line for line in dated.splitlines() if not line.startswith("#")]
        versions.append("  - " + "\n    ".join(lines))
    (folder / "policy.yaml").write_text("versions:\n" + "\n".join(versions), encoding="utf-8")


def snapshot_in(folder: Path, month: Month, **changes: Any) -> tuple[Session, Snapshot]:
    session = Session(load_project(folder, {}))
    snapshot = snapshot_of(session.open([month]), month, MARCH.end_time, "account")
    return session, dataclasses.replace(snapshot, **changes)


def segments_of(folder: Path, month: Month = MARCH, **changes: Any) -> dict[str, dict[str, Any]]:
    """The segments of a month by account, without judging or publishing it."""
    session, snapshot = snapshot_in(folder, month, **changes)
    policy = session.project.policies.policy_for(month)
    inputs = month_inputs(snapshot, session.store, policy, month, "USD")
    features = make_features(inputs, policy, snapshot.configured)
    ids = [{"account_id": one} for one in features["account_id"]]
    tiers = rows(PUBLISHED["account_tiers"], ids, structural_stage="mature")
    found = make_segments(features, tiers, inputs, snapshot, policy, "USD")
    assert found["account_id"].to_list() == [row["account_id"] for row in ids]
    return {row["account_id"]: row for row in found.iter_rows(named=True)}


def facts(folder: Path, kind: str) -> dict[str, int]:
    """When each file of a kind of facts was written, by its name."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "facts" / kind).glob("*.parquet")}


def months_of(names: Any) -> list[str]:
    return sorted(name[:7] for name in names)


class TestSegments:
    def test_of_a_healthy_project(self, folder: Path) -> None:
        write_policy(folder, with_use_cases(EDITING, EXPORTING))
        found = segments_of(folder)
        # The account a005 went into a004 in March: their invoices of nine months add up, and stand for a year.
        assert {one: row["trailing_year_revenue"] for one, row in found.items()} == pytest.approx(
            {f"a{number:03}": 12 * (1500.5 + number) + (12 * 1505.5 if number == 4 else 0) for number in range(5)}
        )
        # 27 days in nine months.
        assert {row["trailing_year_active_days"] for one, row in found.items() if one != "a004"} == {36}
        assert found["a000"]["trait"] == "unknown|unknown|emea|team|mature"
        # Two of the days of a004 and a005 are the same, and the third ones differ.
        assert found["a004"]["trailing_year_active_days"] == 48
        assert {row["interaction_recency_days"] for row in found.values()} == {11, 10, 9, 8, 6}
        assert {row["attachment_rate"] for row in found.values()} == {1 / 3, 2 / 3}
        # Everybody edits and exports alike, so that the first use case of the policy comes first.
        assert {(row["primary_need"], row["secondary_need"]) for row in found.values()} == {("edit", "export")}

    def test_revenue_recurs_where_invoices_are_not_mapped(self, folder: Path) -> None:
        configured = snapshot_in(folder, MARCH)[1].configured
        without = frozenset(name for name in configured if not name.startswith("invoices"))
        found = segments_of(folder, configured=without)
        assert found["a000"]["trailing_year_revenue"] == pytest.approx(12 * 1500.1 * 1.1)

    def test_nobody_knows_the_revenue_while_invoices_are_stale(self, folder: Path) -> None:
        found = segments_of(folder, stale=frozenset({"invoices"}))
        assert {row["trailing_year_revenue"] for row in found.values()} == {None}
        assert {row["rfm_code"] for row in found.values()} == {None}
        assert {row["trailing_year_active_days"] for row in found.values()} == {36, 48}

    def test_revenue_recurs_while_too_few_months_of_invoices_are_known(self, folder: Path) -> None:
        # Invoices begin in July: November is their fifth month, December their sixth.
        november, december = (
            segments_of(folder, month)["a000"]["trailing_year_revenue"] for month in (JANUARY - 2, JANUARY - 1)
        )
        assert december == pytest.approx(12 * 1500.5)
        assert november != pytest.approx(12 * 1500.5)


class TestUseCaseFacts:
    def test_without_use_cases_there_are_none(self, folder: Path) -> None:
        found = segments_of(folder)
        assert {row["primary_need"] for row in found.values()} == {None}
        assert facts(folder, "usage_use_cases") == {}

    def test_are_kept_for_the_months_from_which_needs_are_read(self, folder: Path) -> None:
        write_policy(folder, with_use_cases(EDITING))
        segments_of(folder)
        assert months_of(facts(folder, "usage_use_cases")) == ["2025-01", "2025-02", "2025-03"]
        assert months_of(facts(folder, "usage")) == [str(month) for month in Month.range(FIRST, MARCH)]

    def test_other_use_cases_make_nothing_else_anew(self, folder: Path) -> None:
        segments_of(folder)
        before = {kind: facts(folder, kind) for kind in ("usage", "usage_history")}
        write_policy(folder, with_use_cases(EDITING))
        assert segments_of(folder)["a000"]["primary_need"] == "edit"
        first = facts(folder, "usage_use_cases")
        write_policy(folder, with_use_cases(EDITING, EXPORTING))
        segments_of(folder)
        assert {kind: facts(folder, kind) for kind in before} == before
        assert first.items() < facts(folder, "usage_use_cases").items()

    def test_a_reason_or_name_makes_nothing_anew(self, folder: Path) -> None:
        write_policy(folder, with_use_cases(EDITING))
        segments_of(folder)
        before = facts(folder, "usage_use_cases")
        write_policy(folder, with_use_cases(EDITING.replace("edit,", "write,").replace("Tried", "Tried again")))
        assert segments_of(folder)["a000"]["primary_need"] == "write"
        assert facts(folder, "usage_use_cases") == before

    def test_are_the_same_whether_counted_with_the_others_or_alone(self, folder: Path, tmp_path: Path) -> None:
        other = write_project(tmp_path / "other", healthy_tables())
        segments_of(other)
        for one in (folder, other):
            write_policy(one, with_use_cases(EDITING, EXPORTING))
        assert segments_of(folder) == segments_of(other)
        assert facts(folder, "usage").keys() == facts(other, "usage").keys()


class TestBackfill:
    def test_facts_are_made_ahead_by_the_policy_of_each_month(self, folder: Path) -> None:
        """March looks at January and February by its own use cases, February by those before."""
        write_policy(folder, with_use_cases(EDITING), with_use_cases(EXPORTING, EDITING))
        months = [FEBRUARY, MARCH]
        session = Session(load_project(folder, {}))
        usage = [piece for piece in pieces_to_read(session, months, MARCH.end_time) if piece.source == "usage"]
        assert [piece.months for piece in usage] == [(month,) for month in Month.range(FIRST, MARCH)]
        with facts_ahead(session, months, MARCH.end_time) as ahead:
            ahead.wait_for(MARCH)
        made = facts(folder, "usage_use_cases")
        assert months_of(made) == ["2024-12", "2025-01", "2025-01", "2025-02", "2025-02", "2025-03"]
        assert pieces_to_read(session, months, MARCH.end_time) == []
        for month in months:
            segments_of(folder, month)
        assert facts(folder, "usage_use_cases") == made

    def test_only_the_months_from_which_needs_are_read_are_read_again(self, folder: Path) -> None:
        session = Session(load_project(folder, {}))
        with facts_ahead(session, [MARCH], MARCH.end_time) as ahead:
            ahead.wait_for(MARCH)
        write_policy(folder, with_use_cases(EDITING))
        pieces = pieces_to_read(Session(load_project(folder, {})), [MARCH], MARCH.end_time)
        assert [(piece.source, piece.months) for piece in pieces] == [
            ("usage", (month,)) for month in (JANUARY, FEBRUARY, MARCH)
        ]

"""What `retier run` and `retier demo` print when a month is done."""

from __future__ import annotations

import json

import pytest

from flows.cli.output import jsonable, print_json
from flows.cli.run import show_summary
from flows.summary import RunSummary
from transforms.month import Month


@pytest.fixture
def summary():
    return RunSummary(
        month=Month.parse("2026-10"),
        status="published",
        revision=2,
        run_id="r",
        policy_version="1-abc",
        accounts=2000,
        tiers={"high_touch": 120, "mid_touch": 500, "low_touch": 1380},
        movements={"promotion": 12, "demotion": 1, "exit": 0},
        warnings=("usage is stale: \x1b[31mlook",),
        rows_read={"usage": 100},
        rows_quarantined={"usage": 3, "tickets": 0},
    )


def test_people_read_accounts_tiers_changes_and_warnings(capsys, summary):
    show_summary(summary)

    assert capsys.readouterr().out.splitlines() == [
        "2026-10 published: revision 2, 2,000 accounts in scope",
        "  high touch       120    6.0%",
        "  mid touch        500   25.0%",
        "  low touch      1,380   69.0%",
        "  changes: 12 promotions, 1 demotion",
        "  quarantined: 3 rows of usage",
        "  warning: usage is stale: \\x1b[31mlook",
    ]


def test_programs_read_everything(capsys, summary):
    print_json(summary)

    told = json.loads(capsys.readouterr().out)
    assert told["month"] == "2026-10"
    assert told["tiers"] == summary.tiers
    assert told["warnings"] == list(summary.warnings)


def test_json_knows_no_infinity():
    assert jsonable({"a": [float("nan"), float("inf"), 1.5]}) == {"a": [None, None, 1.5]}

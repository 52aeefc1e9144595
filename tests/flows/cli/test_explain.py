"""`retier explain`."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import polars as pl
import pytest

from flows.words import CONSTRAINTS, GATES, REASONS, RISKS, TIERS
from tests.factories import rows
from tests.flows.conftest import write_project
from tests.flows.published import FEBRUARY, JANUARY, MARCH, publish_month
from transforms.contracts import PUBLISHED
from transforms.month import Month

INTERNAL = (
    "cost",
    "margin",
    "risk",
    "score",
    "priority",
    "health",
    "growth",
    "lift",
    "override",
    "streak",
    "kim@",
    "arr",
)

WAITING = {
    "target_tier": "high_touch",
    "score_target_tier": "high_touch",
    "blocked_by": "dwell",
    "reasons": "score,dwell",
    "promotion_streak_months": 1,
    "binding_constraint": "dwell",
    "top_lever": "dwell",
    "points_to_promotion": 0.0,
    "previous_base_tier": "mid_touch",
}
LEAVER = {"account_id": "gone", "kind": "exit", "from_tier": "low_touch", "decided_by": "score", "reasons": "score"}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Three months of some accounts; nothing here writes, so all tests share them."""
    folder = write_project(tmp_path_factory.mktemp("published"))
    same = {"twin-1": {"name": "Same"}, "twin-2": {"name": "same"}}
    plain = {
        "a-1": {"name": "Acme Corp", "arr": 12000.0, "owner": "kim@example.com"},
        "a-2": {"name": "Acme Corporation"},
    }
    publish_month(folder, JANUARY, {**plain, **same, "gone": {"name": "Gone Ltd"}})
    publish_month(folder, FEBRUARY, {**plain, **same, "waits": {}}, changes=[LEAVER])
    top = {"tier": "high_touch", "base_tier": "high_touch", "points_to_promotion": None, "months_to_wait": None}
    top |= {"earliest_promotion_month": None, "binding_constraint": None, "top_lever": None, "previous_tier": None}
    lifted = {"tier": "high_touch", "decided_by": "risk_lift", "reasons": "risk_lift,score", "health": 40.0}
    lifted |= {"lift_started_month": MARCH.first_day, "health_1_month_ago": 61.0}
    drivers = '[{"component": "health.usage_trend", "points": -12.5}]'
    publish_month(
        folder,
        MARCH,
        {
            **plain,
            **same,
            "waits": WAITING,
            "top": top,
            "helped": lifted,
            "new": {"previous_tier": None},
        },
        changes=[
            {
                "account_id": "helped",
                "kind": "lift_started",
                "from_tier": "mid_touch",
                "to_tier": "high_touch",
                "decided_by": "risk_lift",
                "reasons": "risk_lift",
                "drivers": drivers,
            },
        ],
        **service_of("a-1", MARCH),
    )
    return folder


def service_of(account_id: str, month: Month) -> dict[str, pl.DataFrame]:
    """Segments, plan, actions and messages of one account."""
    given = {
        "account_segments": [
            {
                "trait": "software|small|emea|unknown|mature", "rfm_code": "545", "rfm_segment": "Champions",
                "value_band": "large", "opportunity": "cross_sell", "opportunity_amount": 5400.0,
                "primary_need": "plan projects", "secondary_need": "track time",
            },
        ],
        "engagement_plan": [
            {
                "owner": "Kim \x1b[31m Roe", "owner_model": "pooled", "entitlements": "pooled_csm,tailored_guides",
                "cadence_days": 21, "hours_per_month": 2.4,
            },
        ],
        "engagement_actions": [
            {"action": "health_check", "status": "done", "due_date": date(2025, 3, 1), "reason": "A quarter is over."},
            {"action": "cost_review", "status": "open", "due_date": date(2025, 5, 1), "reason": "It costs 40 %."},
            {"action": "business_review", "status": "open", "due_date": date(2025, 4, 2), "reason": "Renewal in May."},
        ],
        "notifications": [
            {
                "notification_id": "n-1", "channel": "mail", "audience": "owner", "recipient": "kim@example.com",
                "status": "sent", "sent_at": datetime(2025, 4, 3, 6, 30, tzinfo=UTC),
            },
        ],
    }  # fmt: skip
    return {
        name: rows(PUBLISHED[name], [row | {"account_id": account_id} for row in lines], month=month.first_day)
        for name, lines in given.items()
    }


@pytest.fixture
def explain(run, published):
    def explained(*line: str) -> str:
        result = run("explain", "--project", published, *line)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return explained


def test_the_tier_its_reasons_and_the_rest_of_the_row_are_reported(explain):
    text = explain("a-1")

    assert "Acme Corp (a-1), 2025-03" in text
    assert "Tier: mid touch, unchanged" in text
    assert "Why: its priority puts it there" in text
    assert "Revenue 12,000 USD a year" in text
    assert "owner: kim@example.com" in text
    assert "revision 1" in text


def test_no_code_is_read_where_there_are_words(explain):
    codes = {*REASONS, *RISKS, *GATES, *CONSTRAINTS, *TIERS}
    told = "\n".join(explain(one, "--month", "2025-03") for one in ("a-1", "helped", "waits", "new", "top"))
    assert sorted(code for code in codes if "_" in code and code in told) == []
    assert not re.search(r"(?<![\d])-0(?![\d]|\.\d*[1-9])", told)
    assert not re.search(r"\b1 (days|months|hours|points|accounts)\b", told)


def test_contributions_are_bars_in_the_order_of_the_policy(explain):
    lines = explain("a-1").splitlines()

    bars = dict(re.split(r" {2,}", line.strip(), maxsplit=1) for line in lines if "█" in line)
    assert list(bars)[:3] == ["trend of use", "use of seats", "days since last use"]
    assert bars["trend of use"].split() == ["50.0%", "50/100", "+12.5", "█████░░░░░"]
    assert bars["reference customer"].split() == ["yes", "50/100", "+15.0", "██████░░░░░░"]


def test_components_have_their_name_beside_their_label_for_programs_alone(explain):
    health = json.loads(explain("a-1", "--json"))["pillars"][0]["components"]
    assert [(one["component"], one["label"]) for one in health][:2] == [
        ("usage_trend", "trend of use"),
        ("licence_utilisation", "use of seats"),
    ]
    assert not re.search(r"usage_trend|licence_utilisation|usage_growth", explain("a-1"))


def test_what_is_missing_says_why(explain):
    assert re.search(r"integrations +- +- +- +\(nothing is recorded for this account\)", explain("a-1"))


def test_the_top_lever_is_marked_and_explained(explain):
    text = explain("a-1")

    assert "top lever: growth of use (The rate of events of 3 months against that of the 3 before" in text
    assert next(line for line in text.splitlines() if line.endswith("top lever")).startswith("  growth of use  ")


def test_a_blocked_move_names_the_gate_and_how_long_to_wait(explain):
    text = explain("waits")

    assert "earliest in 2025-05, 2 months ahead" in text
    assert "what binds: the target must last for more months" in text


def test_gates_say_what_each_of_them_answered(explain):
    gates = json.loads(explain("waits", "--json"))["gates"]

    assert {gate["gate"]: gate["state"] for gate in gates} == {
        "dwell": "blocked",
        "renewal_freeze": "does not apply",
        "open_escalation": "does not apply",
        "lift_ending": "does not apply",
        "cooldown": "not asked",
        "max_step": "not asked",
        "move_cap": "not asked",
    }
    assert gates[0]["words"] == "month 1 of 2 with this target"
    assert "Gates\n  none was checked" in explain("a-1")


def test_a_lift_is_reported_with_the_base_tier_and_its_drivers(explain):
    text = explain("helped", "--month", "2025-03")

    assert "Tier: high touch (base tier mid touch), was mid touch" in text
    assert "Why: poor health lifts its tier for a while" in text
    assert "Lift: since 2025-03" in text
    assert "Health 40.0, 61.0 a month ago, unknown two months ago" in text
    assert "what made it: trend of use -12.5" in text


def test_the_top_and_a_newcomer_are_reported_as_such(explain):
    assert "up: it is at the top" in explain("top", "--month", "2025-03")
    assert "new this month" in explain("new", "--month", "2025-03")


def test_the_month_may_be_named(explain):
    assert "Gone Ltd (gone), 2025-01" in explain("gone", "--month", "2025-01")


@pytest.mark.parametrize("wanted", ["Acme Corp", "acme corp", "ACME CORP"])
def test_an_account_may_be_named_by_its_name(explain, wanted):
    assert "(a-1)" in explain(wanted, "--month", "2025-03")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["same"], "2 accounts are called 'same' in 2025-03: name one by its id: 'twin-1', 'twin-2'"),
        (["Acme Crop"], "unknown account 'Acme Crop' in 2025-03: did you mean 'a-1 (Acme Corp)'"),
        (["A1"], "did you mean 'a-1 (Acme Corp)'"),
        (["corporation"], "did you mean 'a-2 (Acme Corporation)'"),
        (["xyzzy"], "expected the id or the name of an account in scope"),
        (["%"], "unknown account '%'"),
        (["' or 1=1 --"], "unknown account"),
        ([""], "unknown account ''"),
        (["gone"], "account 'gone' is not in scope in 2025-03: it was last in 2025-01 (--month 2025-01)"),
        (["a-1", "--month", "2024-12"], "2024-12 is not published: the published months run from 2025-01 to 2025-03"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_who_is_not_found_is_reported_with_what_is_near(run, published, line, expected):
    month = [] if "--month" in line else ["--month", "2025-03"]
    result = run("explain", "--project", published, *line, *month)

    assert result.exit_code == 2
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1


def test_before_the_first_run_there_is_nothing_to_explain(run, project):
    result = run("explain", "a-1", "--project", project)

    assert result.exit_code == 2
    assert "no month is published yet" in result.stderr
    assert not (project / "retier.duckdb").exists()


def test_how_it_is_served_and_what_was_said_of_it_is_reported(explain):
    lines = explain("a-1").partition("Segments\n")[2].splitlines()

    assert lines == [
        "  trait: software | small | emea | unknown | mature",
        "  recency, frequency, monetary: Champions (545)",
        "  value: large; cross-sell worth 5,400 USD a year",
        "  needs: plan projects, then track time",
        "",
        "Engagement plan",
        "  owner: Kim \\x1b[31m Roe (pooled)",
        "  a contact every 21 days, 2.4 hours a month",
        "  entitled to pooled csm, tailored guides",
        "",
        "Actions",
        "  business review (by 2025-04-02): Renewal in May.",
        "  cost review (by 2025-05-01): It costs 40 %.",
        "  health check (done): A quarter is over.",
        "",
        "Messages about it",
        "  2025-03  owner to kim@example.com by mail: sent on 2025-04-03 06:30 UTC",
    ]


def test_what_is_not_published_is_left_out(explain):
    text = explain("waits")

    assert "Engagement plan" not in text
    assert text.endswith("Messages about it\n  none\n")


def test_json_holds_the_published_rows(explain):
    told = json.loads(explain("a-1", "--json", "--month", "2025-03"))

    assert (told["account_id"], told["month"]) == ("a-1", "2025-03")
    assert told["tiers"]["tier"] == "mid_touch"
    assert told["tiers"]["earliest_promotion_month"] == date(2025, 5, 1).isoformat()
    assert told["scores"]["priority"] == 52.0
    health = next(pillar for pillar in told["pillars"] if pillar["pillar"] == "health")
    assert sum(component["contribution"] for component in health["components"]) == 50.0


@pytest.mark.parametrize("line", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("account", ["a-1", "helped", "waits"])
def test_customers_read_nothing_internal(explain, account, line):
    text = explain(account, "--audience", "customer", "--month", "2025-03", *line)

    assert [word for word in INTERNAL if word in text.lower().replace("tailored", "")] == []
    assert "service level" in text.lower().replace("_", " ")


def test_customers_read_their_level_and_what_leads_to_the_next(explain):
    text = explain("a-1", "--audience", "customer", "--month", "2025-03")

    assert "Service level: mid touch" in text
    assert "- Guides and best practices for your industry" in text
    assert "- Webinars for your industry" not in text, "the plan does not include them"
    assert "Next service level: high touch" in text
    assert "- whether you are a reference customer" in text
    assert "Next" not in explain("top", "--audience", "customer", "--month", "2025-03")


def test_the_policy_of_the_month_explains_it_after_the_file_was_edited(run, published, tmp_path):
    edited = (published / "policy.yaml").read_text().replace("wording: Webinars", "wording: Seminars")
    edited = edited.replace("margin: {value: 5,", "margin: {value: 4,").replace(
        "Webinars for your", "Seminars for your"
    )
    (tmp_path / "policy.yaml").write_text(edited)
    settings = (published / "retier.yaml").read_text()
    (tmp_path / "retier.yaml").write_text(f"warehouse: duckdb:///{published / 'retier.duckdb'}\n{settings}")

    result = run("explain", "a-2", "--project", tmp_path, "--audience", "customer", "--month", "2025-03")

    assert "- Webinars for your industry" in result.stdout


def test_colour_follows_the_terminal_and_no_color(run, published, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m" in run("explain", "a-1", "--project", published).stdout

    monkeypatch.setenv("NO_COLOR", "1")
    assert re.findall(r"\x1b\[[34]\dm", run("explain", "a-1", "--project", published).stdout) == []

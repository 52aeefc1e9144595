"""`retier check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.preflight.sources import look_at
from flows.settings import default_policy_text, load_project
from tests.flows.cli.small import FILES, MONTH, small_project
from tests.flows.conftest import SOURCES, write_project
from tests.flows.published import publish_month
from transforms.contracts import SOURCES as CONTRACTS
from transforms.month import Month


@pytest.fixture
def project(tmp_path) -> Path:
    return small_project(tmp_path)


@pytest.fixture
def check(run, project):
    def checked(*line: str, month: str = MONTH, exit_code: int = 0) -> dict:
        result = run("check", "--project", project, "--month", month, "--json", *line)
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout)

    return checked


def change(project: Path, name: str, former: str, later: str) -> None:
    path = project / "data" / f"{name}.csv"
    assert former in path.read_text()
    path.write_text(path.read_text().replace(former, later))


def source(report: dict, name: str) -> dict:
    return next(one for one in report["sources"] if one["source"] == name)


def messages(report: dict, severity: str) -> list[str]:
    every = [problem for one in report["sources"] for problem in one["problems"]] + report["problems"]
    return [problem["message"] for problem in every if problem["severity"] == severity]


def test_what_is_fine_is_fine_and_nothing_is_changed(run, project):
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}

    result = run("check", "--project", project, "--month", MONTH)

    assert result.exit_code == 0, result.output
    assert "A run would go ahead: 0 problems, 0 warnings." in result.stdout
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


@pytest.mark.parametrize("name", ["accounts", "usage"])
def test_a_folder_for_temporary_files_that_cannot_be_written_is_reported(project, name):
    scratch = project / "retier.yaml" / "scratch"

    [problem] = look_at(name, load_project(project, {}), Month.parse(MONTH), None, scratch).report.problems

    assert problem.message.startswith(f"{scratch}/{name} cannot be written: ")
    assert problem.message.endswith("; a check keeps its files where TMPDIR says")


def test_every_source_is_reported(check):
    report = check()

    assert [one["source"] for one in report["sources"]] == list(CONTRACTS)
    assert source(report, "usage")["columns"] == ["account_id", "date", "feature", "events"]
    assert source(report, "usage")["not_mapped"] == ["user_id", "active_users", "known_at", "is_deleted"]
    assert source(report, "accounts")["rows_sampled"] == 2
    assert not source(report, "tickets")["is_configured"]


def test_components_without_data_say_what_they_need(check):
    report = check()
    missing = {f"{one['pillar']}.{one['component']}": one["needs"] for one in report["missing_components"]}

    assert missing["health.satisfaction"] == [["tickets.csat"]]
    assert missing["health.licence_utilisation"] == [
        ["subscriptions.seats", "usage.user_id"],
        ["subscriptions.seats", "usage.active_users"],
    ]
    assert "health.usage_trend" not in missing
    assert report["missing_pillars"] == ["strategic", "complexity"]


def test_columns_that_are_overwritten_in_place_are_not_replayable(check):
    report = check()

    assert source(report, "accounts")["not_replayable"] == ["name"]
    assert source(report, "subscriptions")["not_replayable"] == ["end_date"]
    assert source(report, "usage")["not_replayable"] == []


@pytest.mark.parametrize("column", ["known_at", "valid_from"])
def test_columns_with_a_history_are_replayable(project, check, column):
    value = "2024-01-01T00:00:00Z" if column == "known_at" else "2024-01-01"
    change(project, "accounts", "created_date\n", f"created_date,{column}\n")
    change(project, "accounts", "2024-01-01\n", f"2024-01-01,{value}\n")

    assert source(check(), "accounts")["not_replayable"] == []


def test_it_counts_who_could_afford_each_tier(project, check):
    assert check()["affordability"] == {
        "accounts": 2,
        "tiers": {"high_touch": 1, "mid_touch": 1, "low_touch": 2},
        "from_contracts_alone": True,
    }
    change(project, "subscriptions", "10000", "6000")
    assert check()["affordability"]["tiers"] == {"high_touch": 0, "mid_touch": 1, "low_touch": 2}


def test_internal_and_unknown_accounts_and_trials_are_out_of_scope(project, check):
    change(project, "subscriptions", "end_date\n", "end_date,is_trial\n")
    change(project, "subscriptions", "2024-01-01,\n", "2024-01-01,,true\n")
    change(project, "subscriptions", "2026-12-31\n", "2026-12-31,false\nghost,s3,suite,10000,2024-01-01,,false\n")

    assert check()["affordability"]["accounts"] == 1


@pytest.mark.parametrize(
    ("name", "former", "later", "exit_code", "expected"),
    [
        pytest.param("usage", "2025-06-20", "yesterday", 3, "usage: 1 of 2 rows would be quarantined", id="bad value"),
        pytest.param("accounts", "b,Beta", "a,Beta", 3, "accounts: 2 of 2 rows would be quarantined", id="key twice"),
        pytest.param("accounts", "name", "title", 1, "name", id="column missing"),
        pytest.param("usage", FILES["usage"], "", 1, "usage", id="empty file"),
    ],
)
def test_what_is_wrong_with_a_source_has_its_exit_code(project, check, name, former, later, exit_code, expected):
    change(project, name, former, later)
    report = check(exit_code=exit_code)

    assert [message for message in messages(report, "fail") if expected in message] != [], messages(report, "fail")
    others = [one for one in report["sources"] if one["source"] != name]
    assert [one for one in others if any(problem["severity"] == "fail" for problem in one["problems"])] == []


def test_a_missing_file_does_not_hide_what_is_wrong_elsewhere(project, check):
    (project / "data" / "accounts.csv").unlink()
    change(project, "usage", "2025-06-20", "yesterday")

    report = check(exit_code=3)

    assert len(messages(report, "fail")) == 2
    assert report["affordability"] is None
    missing = {one["component"] for one in report["missing_components"]}
    assert "satisfaction" in missing
    assert "integrations" not in missing


def test_a_currency_without_a_rate_is_a_problem(project, check):
    change(project, "subscriptions", "end_date\n", "end_date,currency\n")
    change(project, "subscriptions", "2024-01-01,\n", "2024-01-01,,EUR\n")
    change(project, "subscriptions", "2026-12-31\n", "2026-12-31,USD\n")

    assert "EUR" in messages(check(exit_code=3), "fail")[0]


def test_accounts_that_nobody_knows_are_a_warning(project, check):
    change(project, "usage", "a,2025-06-20", "A-1,2025-06-20")

    assert messages(check(), "warn") == [
        "1 of 1 account_ids in usage are not among the accounts, such as 'A-1': their rows do not count; check that "
        "both sources use the same ids"
    ]


def test_how_ids_differ_that_nobody_knows_is_told(project, check):
    change(project, "usage", "a,2025-06-20", "X-a,2025-06-20")

    assert messages(check(), "warn") == [
        "1 of 1 account_ids in usage are not among the accounts, such as 'X-a': their rows do not count; write them "
        "alike (X-a in usage, a in accounts: a prefix)"
    ]


def test_a_source_without_rows_for_too_long_is_a_warning(check):
    report = check(month="2025-12")

    assert (
        "usage would count as stale at the end of 2025-12: got the newest row of 2025-06-20"
        in messages(report, "warn")[0]
    )


@pytest.mark.parametrize(
    ("newest", "is_warned"),
    [
        pytest.param("2025-06-27", False, id="three_days_before"),
        pytest.param("2025-06-25", False, id="a_gap_and_three_days_before"),
        pytest.param("2025-06-24", True, id="earlier"),
    ],
)
def test_usage_that_ends_before_the_month_is_a_warning(project, check, newest, is_warned):
    days = ["2025-06-04", "2025-06-06", "2025-06-08", "2025-06-10", newest]
    rows = "".join(f"{account},{day},x,5\n" for account in "ab" for day in days)
    (project / "data" / "usage.csv").write_text("account_id,date,feature,events\n" + rows)
    report = check()

    assert report["usage_rhythm"] == {"rhythm": "daily", "usual_gap_days": 2.0, "is_set": False}
    assert (
        messages(report, "warn")
        == [
            f"usage ends on {newest}, 6 days before the end of 2025-06, expected at most 5 (a usual gap of 2 and 3 to "
            "spare): a run would stop at month_incomplete, so load the days that are missing first"
        ]
        * is_warned
    )


def test_the_rhythm_that_is_set_counts(run, project, check):
    change(project, "usage", "2025-06-20", "2025-06-01")
    settings = project / "retier.yaml"
    settings.write_text(settings.read_text().replace("data/usage.csv", "data/usage.csv, rhythm: monthly"))

    assert check()["usage_rhythm"] == {"rhythm": "monthly", "usual_gap_days": 30.0, "is_set": True}
    text = run("check", "--project", project, "--month", MONTH).stdout
    assert "Usage comes monthly, with 30 days from one active day of an account to its next, as retier.yaml" in text


def test_a_sample_in_which_nobody_comes_back_shows_no_rhythm(project, check):
    change(project, "usage", "a,2025-05-03", "b,2025-05-03")

    assert check()["usage_rhythm"] is None


@pytest.mark.parametrize("months", [5, 6])
def test_silence_that_has_long_said_nothing_is_a_warning(project, check, months):
    last = Month.parse(MONTH) - 1
    for month in last.trailing(months):
        publish_month(project, month, {"a": {"is_silence_suspended": True}, "b": {"is_silence_suspended": True}})

    warned = [message for message in messages(check(), "warn") if message.startswith("silence has been suspended")]
    assert len(warned) == (months == 6)
    assert all("since 2024-12 or longer" in message and "`silence: off`" in message for message in warned)


def test_a_month_without_a_policy_is_a_problem(project, check):
    policy = project / "policy.yaml"
    policy.write_text(policy.read_text().replace("effective_month: 2000-01", "effective_month: 2026-01"))

    assert "no policy is in force in 2025-06" in messages(check(exit_code=2), "fail")[0]


def test_the_text_names_everything_that_is_wrong(run, project):
    change(project, "usage", "2025-06-20", "yesterday")

    result = run("check", "--project", project, "--month", MONTH)

    assert result.exit_code == 3
    assert "A run would stop: 1 problem, 0 warnings." in result.stdout
    assert (
        "fail: usage: 1 of 2 rows would be quarantined: 1 value cannot be used: 1 in date (got 'yesterday'"
        in result.stdout
    )
    assert "strategic.reference: map strategic_grants" in result.stdout
    assert "the pillar strategic has too little data" in result.stdout


def test_settings_that_cannot_be_read_are_reported_as_by_every_command(run, project):
    write_project(project, "currency: usd\n" + SOURCES)

    result = run("check", "--project", project)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected an ISO 4217 code" in result.stderr


def test_a_channel_that_apprise_cannot_use_is_a_warning_that_hides_its_url(check, project):
    write_project(project, f"channels: {{chat: {{url: 'nosuchservice://planted'}}}}\n{SOURCES}")
    (warning,) = [told for told in messages(check(), "warn") if "channel" in told]
    assert warning.startswith("Apprise cannot use the url of the channel 'chat'")
    assert "planted" not in warning


def test_features_that_only_the_policy_knows_are_a_warning(check, project):
    used = "[{name: plan, features: [x], reason: Tried.}, {name: misspelt, features: [serach, raports], reason: So.}]"
    (project / "policy.yaml").write_text(default_policy_text().replace("use_cases: []", f"use_cases: {used}"))

    (told,) = [one for one in messages(check(), "warn") if "the policy names" in one]

    assert told.startswith("2 of 3 features that the policy names do not occur in the sampled usage")
    assert "such as 'raports', 'serach': check that the policy spells them" in told

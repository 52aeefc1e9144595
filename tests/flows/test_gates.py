"""A month that is not fit stops before anything is published, and a person may let it pass, once."""

from __future__ import annotations

import json
import shutil

import duckdb
import pytest

from expectations.finding import Waiver
from expectations.gate import FailedChecksError
from flows.progress import Silent
from flows.run_month import publish_one
from flows.session import Session
from flows.settings import load_project
from tests.flows.bad_input.breaking import BAD_DATA, WRONG_USE, data, publication
from tests.flows.options import options_of
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, run_months, write_csv, write_project
from transforms.month import Month

ACCOUNTS = 60


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    folder = write_project(tmp_path_factory.mktemp("gates"), healthy_tables(ACCOUNTS))
    run_months(folder, [JANUARY])
    return folder


@pytest.fixture
def project(published_once, tmp_path):
    return shutil.copytree(published_once, tmp_path / "project")


def query(project, text):
    with duckdb.connect(str(project / "retier.duckdb"), read_only=True) as connection:
        connection.execute("use retier.retier")
        return connection.execute(text).fetchall()


def checks(project, name):
    return query(
        project,
        "select is_passed, accepted_by, accept_reason from check_results join runs using (run_id) "
        f"where \"check\" = '{name}' order by runs.finished_at",
    )


def run_february(run, project, *line):
    return run("run", "--project", project, "--month", FEBRUARY, *line)


def without_use(project):
    """No usage of February arrives."""
    used = [row for row in healthy_tables(ACCOUNTS)["usage"] if not row["date"].startswith(str(FEBRUARY))]
    write_csv(data(project, "usage"), used)


def with_a_third_of_use(project):
    """Of February the usage of every third account arrives, until its end."""
    rows = healthy_tables(ACCOUNTS)["usage"]
    write_csv(
        data(project, "usage"),
        [row for row in rows if not row["date"].startswith(str(FEBRUARY)) or int(row["account_id"][1:]) % 3 == 0],
    )


def with_little_use(project, month):
    """Everybody has as many rows as ever in a month, and a tenth of the events in each: health falls."""
    rows = healthy_tables(ACCOUNTS)["usage"]
    write_csv(
        data(project, "usage"),
        [row | {"events": row["events"] // 10} if row["date"].startswith(str(month)) else row for row in rows],
    )


def with_other_ids(project, source):
    """Another system writes the account ids of a source in another way."""
    rows = healthy_tables(ACCOUNTS)[source]
    write_csv(data(project, source), [row | {"account_id": row["account_id"].upper()} for row in rows])


def cut_off(project):
    """Only the first half of the rows of subscriptions arrives: the other accounts seem to have left."""
    rows = healthy_tables(ACCOUNTS)["subscriptions"]
    write_csv(data(project, "subscriptions"), rows[: len(rows) // 2])


def spoil(project, source, share):
    """Make a share of a source's rows unusable."""
    rows = healthy_tables(ACCOUNTS)[source]
    count = int(share * len(rows)) + 1
    name = {"accounts": "created_date", "subscriptions": "mrr"}[source]
    write_csv(
        data(project, source), [row | {name: "unknown"} if number < count else row for number, row in enumerate(rows)]
    )


def test_usage_that_is_lost_stops_the_month_and_names_itself(run, project):
    before = publication(project)
    without_use(project)
    result = run_february(run, project)

    assert result.exit_code == BAD_DATA
    assert "rows.usage: usage has 0 rows in 2025-02" in result.stderr
    assert 'retier run --month 2025-02 --accept rows.usage --reason "..."' in result.stderr
    assert publication(project) == before
    assert query(project, "select status, error from runs order by finished_at")[-1] == (
        "stopped",
        result.stderr.removeprefix("retier: ").strip(),
    )
    assert checks(project, "rows.usage")[-1] == (False, None, None)


def test_a_fleet_that_moves_as_one_stops_the_month(run, tmp_path):
    project = write_project(tmp_path, healthy_tables(ACCOUNTS))
    run_months(project, Month.range(JANUARY - 3, FEBRUARY))
    with_little_use(project, MARCH)
    result = run("run", "--project", project, "--month", MARCH)

    assert result.exit_code == BAD_DATA
    assert "1 check failed: fleet_shift: health fell by more than 5 points for " in result.stderr
    assert 'retier run --month 2025-03 --accept fleet_shift --reason "..."' in result.stderr
    difference = run("backfill", "--project", project, "--from", FEBRUARY, "--to", MARCH, "--diff", "--force", "--json")
    assert json.loads(difference.stdout)["stopped_by"] == {"2025-03": ["fleet_shift"]}


def test_ids_that_find_no_account_stop_the_month(run, project):
    with_other_ids(project, "usage")
    result = run_february(run, project)

    assert result.exit_code == BAD_DATA
    assert "join_rate.usage_rows: only 0 % of 180 rows of usage in 2025-02 belong to a known account" in result.stderr
    assert "such as 'A000' and 'A001'" in result.stderr
    assert "write the account ids alike (A000 in usage, a000 in accounts: upper and lower case)" in result.stderr
    assert checks(project, "join_rate.invoices_rows")[-1] == (True, None, None)


def test_usage_that_ends_long_before_the_month_stops_it(run, project):
    rows = healthy_tables(ACCOUNTS)["usage"]
    in_its_first_days = [
        row | {"date": f"{FEBRUARY}-{2 + number % 3:02}"} if row["date"].startswith(str(FEBRUARY)) else row
        for number, row in enumerate(rows)
    ]
    write_csv(data(project, "usage"), in_its_first_days)
    result = run_february(run, project)

    assert result.exit_code == BAD_DATA
    assert (
        "month_incomplete: the last row of usage is of 2025-02-04, 24 days before the end of 2025-02" in result.stderr
    )
    assert "--accept month_incomplete" in result.stderr


def test_a_backfill_names_itself_as_the_command_that_accepts(run, project):
    cut_off(project)
    result = run("backfill", "--project", project, "--from", FEBRUARY, "--to", MARCH, "--reason", "late files")

    assert result.exit_code == BAD_DATA
    assert 'retier backfill --from 2025-02 --to 2025-03 --accept exit_share --reason "..."' in result.stderr


def test_a_person_lets_it_pass_once(run, project):
    with_a_third_of_use(project)
    passed = run_february(run, project, "--accept", "rows.usage", "--reason", "holidays", "--author", "Ada")

    assert passed.exit_code == 0, passed.output
    assert "rows.usage was waived by Ada (holidays)" in passed.stdout
    assert checks(project, "rows.usage")[-1] == (False, "Ada", "holidays")
    assert query(project, "select reason from runs order by finished_at")[-1] == ("holidays",)
    again = run_february(run, project)
    assert again.exit_code == BAD_DATA


def test_a_file_that_was_cut_off_stops_the_month_and_makes_nobody_leave(run, project):
    before = publication(project)
    cut_off(project)
    result = run_february(run, project)

    assert result.exit_code == BAD_DATA
    assert "1 check failed: exit_share: 30 of 60 accounts (50 %) with " in result.stderr
    assert 'retier run --month 2025-02 --accept exit_share --reason "..."' in result.stderr
    assert publication(project) == before


def test_what_is_approved_for_a_month_passes_in_that_one_only(project):
    cut_off(project)
    approved = Waiver(("exit_share",), "Ada", "a product was sold")

    def publish(month):
        options = options_of(FEBRUARY, approved={month: approved})
        return publish_one(Session(load_project(project, {})), FEBRUARY, options, Silent())

    with pytest.raises(FailedChecksError, match="2025-02 was stopped"):
        publish(JANUARY)
    assert publish(FEBRUARY).status == "published"
    assert checks(project, "exit_share")[-1] == (False, "Ada", "a product was sold")


def test_the_user_is_named_where_no_author_is(run, project, monkeypatch):
    cut_off(project)
    monkeypatch.setenv("RETIER_AUTHOR", "Grace")
    run_february(run, project, "--accept", "exit_share", "--reason", "a product was sold")

    assert checks(project, "exit_share")[-1] == (False, "Grace", "a product was sold")
    assert query(project, "select count(*) from tier_changes where kind = 'exit'") == [(30,)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--accept", "fleet_shift"], "--accept fleet_shift needs a reason"),
        (["--accept", "fleet_shift", "--reason", "  "], "needs a reason"),
        (["--accept", "fleet_shfit", "--reason", "x"], "'fleet_shfit', which is no check of this run"),
    ],
    ids=["no reason", "blank reason", "no such check"],
)
def test_what_cannot_be_let_pass_is_wrong_use(run, project, line, words):
    before = publication(project)
    result = run_february(run, project, *line)

    assert (result.exit_code, result.stdout) == (WRONG_USE, "")
    assert words in result.stderr
    assert publication(project) == before


def test_letting_one_check_pass_lets_no_other_pass(run, project):
    without_use(project)
    spoil(project, "accounts", 0.5)
    result = run_february(run, project, "--accept", "rows.usage", "--reason", "holidays")

    assert result.exit_code == BAD_DATA
    assert "quarantined.accounts" in result.stderr


def test_a_share_within_the_policy_passes_and_one_beyond_stops(run, project):
    spoil(project, "subscriptions", 0.005)
    assert run_february(run, project).exit_code == 0
    spoil(project, "subscriptions", 0.05)
    stopped = run_february(run, project)

    assert stopped.exit_code == BAD_DATA
    assert "quarantined.subscriptions" in stopped.stderr


def test_a_stopped_first_month_leaves_nothing_but_what_was_found(run, tmp_path):
    project = write_project(tmp_path, healthy_tables(ACCOUNTS))
    spoil(project, "accounts", 0.3)
    result = run("run", "--project", project, "--month", JANUARY)

    assert result.exit_code == BAD_DATA
    assert all(not rows for rows in publication(project).values())
    assert query(project, "select count(*) from check_results where not is_passed and severity = 'fail'") == [(1,)]
    status = json.loads(run("status", "--project", project, "--json").stdout)
    assert (status["months"], status["last_run"]["status"]) == ([], "stopped")


def test_the_pages_of_a_run_are_there_whether_it_stopped_or_not(run, project):
    published = run_february(run, project)
    without_use(project)
    run_february(run, project)
    pages = project / "out" / "data-docs"
    runs = dict(query(project, "select run_id, status from runs where month = '2025-02-01'"))

    assert sorted(runs.values()) == ["published", "stopped"]
    index = (pages / "index.html").read_text(encoding="utf-8")
    for run_id in runs:
        assert (pages / run_id / "index.html").is_file()
        assert f'href="{run_id}/index.html"' in index
    [line] = [line for line in published.stdout.splitlines() if "checks: " in line]
    assert line.endswith("index.html")


def test_every_check_of_every_run_is_kept(run, project):
    run_february(run, project)
    counted = query(
        project,
        """
        select runs.month, count(*), count(distinct "check")
        from check_results join runs using (run_id)
        group by all order by all
        """,
    )
    assert [rows == different > 300 for _, rows, different in counted] == [True, True]
    severities = query(project, "select distinct severity from check_results order by all")
    assert severities == [("fail",), ("warn",)]
    assert query(project, "select count(*) from check_results where message = ''") == [(0,)]


def test_a_column_of_another_name_is_reported_before_anything_is_judged(run, project):
    path = data(project, "usage")
    path.write_text(path.read_text(encoding="utf-8").replace('"events"', '"clicks"', 1), encoding="utf-8")
    result = run_february(run, project)

    assert result.exit_code == 1
    assert "usage: data/usage.csv has no column 'events'" in result.stderr

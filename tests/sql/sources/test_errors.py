"""No value that cannot be used is lost: all are counted, the first named, in one sentence for a source."""

import re

import polars as pl
import pytest

from tests.sql.sources.conftest import WINTER, refused_rows, sentence_of


def test_all_columns_of_a_source_are_described_in_one_sentence(told):
    content = (
        "account_id,date,events\nA,2026-01-01,1\n,2026-01-01,2.5\nB,soon,-3\nC,,x\nD,2026-01-01,x\nE,2026-01-01,y\n"
    )
    sentence = told("usage", content, given=["account_id", "date", "events"])
    assert sentence.startswith(
        "8 values cannot be used: "
        "1 in account_id (got nothing in data.csv data row 2; expected a value), "
        "2 in date (got 'soon' in data.csv data row 3, nothing in data.csv data row 4; "
        "expected a date written YYYY-MM-DD), "
        "5 in events (got '2.5' in data.csv data row 2, '-3' in data.csv data row 3, 'x' in data.csv data row 4 "
        "and 2 more; expected a whole number from 0"
    )
    assert sentence.endswith(
        "): fix them where they come from, or say what they mean under values, null_values or cast of sources.usage "
        "in retier.yaml"
    )


@pytest.mark.parametrize(
    ("source", "column", "value", "expected"),
    [
        ("tickets", "csat", "6", "a number from 1 to 5"),
        ("tickets", "csat", "nan", "a number from 1 to 5"),
        ("tickets", "priority", "High", "urgent, high, normal or low"),
        ("tickets", "closed_at", "31.01.2026", "a time such as"),
        ("tickets", "is_escalated", "perhaps", "true or false"),
        ("invoices", "amount", "inf", "a number"),
        ("invoices", "amount", "12 EUR", "a number"),
        ("invoices", "due_date", "0026-01-01", "a date written YYYY-MM-DD"),
        ("accounts", "nps", "-101", "a number from -100 to 100"),
        ("accounts", "employees", "1.5", "a whole number from 0"),
    ],
)
def test_a_value_outside_its_contract(source, column, value, expected, told):
    sentence = told(source, f"x,{column}\n1,{value}\n", given=[column])
    assert (
        f"1 value cannot be used: 1 in {column} (got '{value}' in data.csv data row 1; expected {expected}" in sentence
    )


def test_the_expectation_says_how_values_are_written(told):
    how = {"cast": {"due_date": {"format": "%d.%m.%Y"}}, "decimal": ",", "given": ["amount", "due_date"]}
    sentence = told("invoices", 'amount,due_date\n"1.5",2026-01-01\n', **how)
    assert re.search("expected a number[^;]* with a decimal comma", sentence)
    assert "expected a date written %d.%m.%Y" in sentence


def test_errors_of_all_files_are_reported_together(events, project):
    for number, value in enumerate(["1", "x", "2", "y"]):
        (project / f"{number}.csv").write_text(f"account_id,date,feature,events\nA,2026-01-01,f,{value}\n")
    sentence = sentence_of(events("usage", path="*.csv"))
    assert "2 values cannot be used: 2 in events (got 'x' in 1.csv data row 1, 'y' in 3.csv data row 1;" in sentence


def test_one_bad_value_far_down_is_found(told):
    content = "account_id,events\n" + "A,1\n" * 999_999 + "A,oops\n" + "A,1\n" * 1000
    sentence = told("usage", content, given=["account_id", "events"])
    assert "1 value cannot be used: 1 in events (got 'oops' in data.csv data row 1,000,000;" in sentence


def test_a_long_value_is_cut_in_the_sentence(told):
    assert f"'{'9' * 60}…'" in told("usage", f"x,events\n1,{'9' * 500}\n", given=["events"])


def test_good_rows_stay_and_bad_ones_are_kept_as_they_were_read(events, project):
    (project / "usage.csv").write_text(
        "account_id,date,feature,events,note\n A,2026-01-01,f,7,x\nB,2026-01-02,,-3,\nC,2026-02-01,g,1e400,y\n"
    )
    usage = events("usage", path="usage.csv", constants={"active_users": 5})
    [month] = usage.months()
    assert usage.usable(month).select("account_id", "events").collect().rows() == [("A", 7)]
    assert refused_rows(usage).select("origin", "position", "row_as_read", rules("errors")).rows() == [
        (
            "usage.csv",
            2,
            '{"account_id":"B","date":"2026-01-02","feature":null,"events":"-3"}',
            ["feature.required", "events.range"],
        ),
        (
            "usage.csv",
            3,
            '{"account_id":"C","date":"2026-02-01","feature":"g","events":"1e400"}',
            ["events.readable", "events.required"],
        ),
    ]


@pytest.mark.parametrize("day", ["0000-01-01", "-0001-05-01", "10000-01-01", "9999-12-31T23:00:00-14:00"])
def test_a_day_that_python_cannot_hold_counts_as_unreadable(day, opened):
    source = opened("tickets", f"x,closed_at\n1,{day}\n", given=["closed_at"])
    refused = refused_rows(source)
    assert refused.select("closed_at", rules("errors")).rows() == [(None, ["closed_at.readable"])]


def rules(errors):
    return pl.col(errors).list.eval(pl.element().struct.field("rule"))


def test_every_row_is_either_usable_or_refused_in_its_month(events, project):
    lines = [f"A,2026-0{1 + number % 2}-01,f{number},{number if number % 5 else 'x'}" for number in range(100)]
    (project / "usage.csv").write_text("\n".join(["account_id,date,feature,events", *lines]))
    usage = events("usage", path="usage.csv")
    for month in usage.months():
        usable, refused = (rows(month).select(pl.len()).collect().item() for rows in (usage.rows, usage.refused))
        assert (usable, refused, usage.rows_read(month)) == (40, 10, 50)


def test_a_row_without_a_month_counts_in_every_month_of_its_file(events, project):
    header = "account_id,date,feature,events"
    (project / "1.csv").write_text(f"{header}\nA,2026-01-01,f,1\nA,soon,f,1\nA,0026-01-01,f,1\n")
    (project / "2.csv").write_text(f"{header}\nA,2026-02-01,f,1\nA,2026-03-01,f,x\n")
    usage = events("usage", path="*.csv")
    counted = {str(month): usage.rows_read(month) for month in WINTER}
    assert counted == {"2026-01": 3, "2026-02": 1, "2026-03": 1}
    assert refused_rows(usage, [WINTER[0]])["position"].to_list() == [2, 3]


def test_a_file_of_refused_rows_alone_counts_in_every_month(events, project):
    (project / "usage.csv").write_text("account_id,date,feature,events\nA,soon,f,1\n")
    usage = events("usage", path="usage.csv")
    assert usage.months() == {}
    assert {usage.rows_read(month) for month in WINTER} == {1}


def test_fixing_a_row_changes_the_month_and_leaving_it_does_not(events, project):
    def months(value):
        (project / "usage.csv").write_text(
            f"account_id,date,feature,events\nA,2026-01-01,f,1\nA,2026-01-02,f,{value}\n"
        )
        return events("usage", path="usage.csv").months()

    assert months("x") == months("yy") != months("2")


def test_rows_with_their_places(events, table, project):
    (project / "usage.csv").write_text("account_id,date,feature,events\nA,2026-01-01,f,x\nB,2026-01-02,f,2\n")
    frame = pl.DataFrame({"account_id": ["A", "B"], "name": ["a", "b"], "created_date": ["2026-01-01"] * 2})
    frame.with_columns(pl.col("created_date").str.to_date()).write_parquet(project / "accounts.parquet")
    usage, accounts = events("usage", path="usage.csv"), table("accounts", path="accounts.parquet")
    wanted = ["account_id", "origin", "row_word", "position"]
    assert usage.located(WINTER[0]).select(wanted).collect().rows() == [("B", "usage.csv", "data row", 2)]
    assert accounts.located().select(wanted).collect().rows() == [
        ("A", "accounts.parquet", "row", 1),
        ("B", "accounts.parquet", "row", 2),
    ]


def test_values_that_are_explained_are_no_faults(rows):
    content = "priority,csat,closed_at\nP1,n/a, \n,4,2026-01-02\nlow ,-,n/a\n"
    tickets = rows(
        "tickets",
        content,
        given=["priority", "csat"],
        values={"priority": {"P1": "urgent", "": "normal"}},
        null_values=["n/a", "-"],
    )
    assert tickets["priority"].to_list() == ["urgent", "normal", "low"]
    assert tickets["csat"].to_list() == [None, 4.0, None]
    assert tickets["closed_at"].null_count() == 2


def test_values_may_be_mapped_to_nothing(rows):
    accounts = rows("accounts", "plan,region\nfree,x\npro,y\n", values={"plan": {"free": None}, "region": {"x": "EU"}})
    assert accounts.select("plan", "region").rows() == [(None, "EU"), ("pro", "y")]

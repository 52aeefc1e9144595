"""No value that cannot be used is lost: all are counted, the first named, in one sentence for a source."""

import re

import pytest

from transforms.errors import DataQualityError


def refused(read, *args, **spec):
    with pytest.raises(DataQualityError) as caught:
        read(*args, **spec)
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_all_columns_of_a_source_are_told_in_one_sentence(rows):
    content = (
        "account_id,date,events\nA,2026-01-01,1\n,2026-01-01,2.5\nB,soon,-3\nC,,x\nD,2026-01-01,x\nE,2026-01-01,y\n"
    )
    sentence = refused(rows, "usage", content, given=["account_id", "date", "events"])
    assert sentence.startswith(
        "usage: 8 values cannot be used: "
        "1 in account_id (got nothing in data.csv data row 2; expected a value), "
        "2 in date (got 'soon' in data.csv data row 3, nothing in data.csv data row 4; "
        "expected a date written YYYY-MM-DD), "
        "5 in events (got '2.5' in data.csv data row 2, '-3' in data.csv data row 3, 'x' in data.csv data row 4 "
        "and 2 more; expected a whole number from 0"
    )
    assert sentence.endswith(
        "): mend them where they come from, or say what they mean under values, null_values or cast of sources.usage "
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
def test_a_value_outside_its_contract(source, column, value, expected, rows):
    sentence = refused(rows, source, f"x,{column}\n1,{value}\n", given=[column])
    assert (
        f"1 value cannot be used: 1 in {column} (got '{value}' in data.csv data row 1; expected {expected}" in sentence
    )


def test_the_expectation_says_how_values_are_written(rows):
    how = {"cast": {"due_date": {"format": "%d.%m.%Y"}}, "decimal": ",", "given": ["amount", "due_date"]}
    sentence = refused(rows, "invoices", 'amount,due_date\n"1.5",2026-01-01\n', **how)
    assert re.search("expected a number[^;]* with a decimal comma", sentence)
    assert "expected a date written %d.%m.%Y" in sentence


def test_faults_of_all_files_are_told_together(events, project):
    for number, value in enumerate(["1", "x", "2", "y"]):
        (project / f"{number}.csv").write_text(f"account_id,date,feature,events\nA,2026-01-01,f,{value}\n")
    sentence = refused(events("usage", path="*.csv").months)
    assert "2 values cannot be used: 2 in events (got 'x' in 1.csv data row 1, 'y' in 3.csv data row 1;" in sentence


def test_one_bad_value_far_down_is_found(rows):
    content = "account_id,events\n" + "A,1\n" * 999_999 + "A,oops\n" + "A,1\n" * 1000
    sentence = refused(rows, "usage", content, given=["account_id", "events"])
    assert "1 value cannot be used: 1 in events (got 'oops' in data.csv data row 1,000,000;" in sentence


def test_a_long_value_is_cut_in_the_sentence(rows):
    assert f"'{'9' * 60}…'" in refused(rows, "usage", f"x,events\n1,{'9' * 500}\n", given=["events"])


def test_nothing_is_staged_of_a_file_with_faults(events, project):
    (project / "usage.csv").write_text("account_id,date,feature,events\nA,2026-01-01,f,x\n")
    usage = events("usage", path="usage.csv")
    refused(usage.months)
    assert not list((project / "facts").rglob("*.parquet"))
    (project / "usage.csv").write_text("account_id,date,feature,events\nA,2026-01-01,f,7\n")
    [month] = usage.months()
    assert usage.rows(month).collect()["events"].to_list() == [7]


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

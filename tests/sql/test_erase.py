"""An erased account is in no text of any table, and nobody else is touched."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from sql.chain import history_print, stale_months
from sql.dialects import execute, load, read
from sql.engine import transaction
from sql.erase import Record, accounts_called, erase, is_known, names_of
from sql.fingerprint import MONTH_TABLES, fingerprint
from sql.state import last_run_by_month
from tests.factories import rows
from tests.sql.months import FEBRUARY, JANUARY, MARCH
from transforms.contracts import PUBLISHED
from transforms.erasure import Erasure

NOW = datetime(2026, 5, 1, tzinfo=UTC)
GONE = Erasure("a1", "erased-0123456789abcdef", names=("Acme",))
IN_TEXT = "of 'a10', a1-eu and za1: "
IN_JSON = {"row_as_read", "former_row", "warnings"}


@pytest.fixture
def erase_account(engine):
    def erased(erasure=GONE, id_columns=None):
        with transaction(engine) as connection:
            record = Record("erase-1", "asked by a1", NOW, NOW, "0.1.0")
            return erase(connection, erasure, id_columns or {}, record)

    return erased


def planted(table, number, text):
    """A row that names an account in every column that can: whatever else stands there is not its business."""

    def value(field):
        if isinstance(field.column.dtype, pl.List):
            return [text, None, "not_recorded"]
        if field.name == "account_id":
            return text.rpartition(" ")[2]
        return json.dumps({"Id": text, text: [1, 2.50, text]}) if field.name in IN_JSON else f"{text} {number}"

    of_text = (pl.String, pl.List(pl.String))
    return {
        field.name: value(field) for field in table.fields if field.column.dtype in of_text and not field.column.allowed
    }


@pytest.fixture
def everywhere(engine, publish_month):
    """Every table names the account, and an account that is called alike, in every text column there is."""
    publish_month(JANUARY, {"b": {}})
    with transaction(engine) as connection:
        for table in PUBLISHED.values():
            texts = ["a1", IN_TEXT + "a1", "a10", IN_TEXT + "a10"]
            load(connection, table.name, rows(table, [planted(table, n, text) for n, text in enumerate(texts)]))


def whole_texts(query):
    """All texts of all tables, lists unfolded."""
    for table in PUBLISHED.values():
        frame = query(f"select * from {table.name}")
        for name, dtype in table.schema.items():
            column = frame[name].explode() if isinstance(dtype, pl.List) else frame[name]
            if column.dtype == pl.String:
                yield from ((table.name, name, text) for text in column.drop_nulls())


def test_no_text_of_any_table_names_the_account_afterwards(everywhere, erase_account, query):
    before = list(whole_texts(query))
    erase_account()

    after = list(whole_texts(query))
    assert [(table, column) for table, column, text in after if GONE.in_text(text) != text] == []
    erased = {table for table, _, text in after if GONE.pseudonym in text}
    assert erased == {name for name, table in PUBLISHED.items() if pl.String in table.schema.values()}
    assert alike(after) == alike(before)


def alike(texts):
    """How often the other account is named; names go whole, and the record of the erasure repeats the newest run."""
    return sum(text.count("a10") for table, column, text in texts if column != "name" and table != "runs")


def test_tables_keep_their_rows_and_those_that_do_not_name_it_stay_as_they_were(everywhere, erase_account, contents):
    before = contents()
    erased = erase_account()
    after = contents()

    for name, former in before.items():
        assert after[name].height == former.height + (name == "runs")
        touched = former.join(after[name], on=former.columns, how="anti", nulls_equal=True)
        # Of the run in force only the fingerprint of its result is another one.
        assert touched.height == erased.rows[name] + (name == "runs")


@pytest.fixture
def knows(engine):
    """Whether anything is known of an account."""

    def known(account_id, source="tickets"):
        with transaction(engine) as connection:
            return is_known(connection, Erasure(account_id, "erased-0"), {source: frozenset({"Customer"})})

    return known


@pytest.mark.parametrize("table", [name for name, table in PUBLISHED.items() if "account_id" in table.columns])
def test_an_account_is_known_by_any_row_of_its_own(engine, knows, table):
    with transaction(engine) as connection:
        load(connection, table, rows(PUBLISHED[table], [{"account_id": "a1"}]))

    assert [knows(account_id) for account_id in ("a1", "a10", "a", "x")] == [True, False, False, False]


def test_an_account_is_known_by_a_row_that_is_held_back(engine, knows):
    held = [
        {"row": 1, "source": "tickets", "row_as_read": '{"Customer":"7","Subject":"8"}'},
        {"row": 2, "source": "tickets", "row_as_read": '{"Customer":"a1","Subject":"of a2"}'},
    ]
    with transaction(engine) as connection:
        load(connection, "quarantine", rows(PUBLISHED["quarantine"], held))

    assert [knows(account_id) for account_id in ("7", "8", "a1", "a2")] == [True, False, True, False]


def test_accounts_are_found_by_a_name(publish_month, engine):
    publish_month(JANUARY, {"a1": {"name": "Acme"}, "a2": {"name": "Acme"}, "b": {"name": "Beta"}})

    with transaction(engine) as connection:
        assert accounts_called(connection, "Acme") == ("a1", "a2")


@pytest.fixture
def three_months(engine, publish_month):
    """Three months, of which only the first two have the account."""
    previous = None
    for month in (JANUARY, FEBRUARY, MARCH):
        accounts = {"b": {"name": "Acme"}} if month == MARCH else {"a1": {"name": "Acme"}, "b": {"name": "Acme"}}
        changes = [{"change_id": f"{month}:exit:1:a1", "account_id": "a1", "kind": "exit"}]
        with transaction(engine) as connection:
            history = history_print(last_run_by_month(connection), month)
        published = publish_month(month, accounts, changes=changes, previous_fingerprint=previous)
        with transaction(engine) as connection:
            execute(
                connection,
                "update runs set history_fingerprint = :history where month = :month",
                history=history,
                month=month.first_day,
            )
        previous = published.result_fingerprint


def runs_of(engine):
    with transaction(engine) as connection:
        return last_run_by_month(connection)


def test_erasing_makes_no_month_stale(three_months, engine, erase_account):
    assert stale_months(runs_of(engine)) == []
    erased = erase_account()

    assert erased.months == (JANUARY, FEBRUARY, MARCH)
    assert stale_months(runs_of(engine)) == []


def test_a_month_that_was_stale_stays_so(three_months, engine, erase_account, publish_month):
    publish_month(JANUARY, {"a1": {"arr": 2.0}})
    assert stale_months(runs_of(engine)) == [FEBRUARY, MARCH]
    erase_account()

    assert stale_months(runs_of(engine)) == [FEBRUARY, MARCH]


def test_results_have_the_fingerprints_of_what_is_published_now(three_months, engine, erase_account, query):
    former = runs_of(engine)["result_fingerprint"].to_list()
    erase_account()

    now = runs_of(engine)
    for run in now.iter_rows(named=True):
        frames = {
            name: query(f"select * from {name} where month = :month", month=run["month"]) for name in MONTH_TABLES
        }
        assert run["result_fingerprint"] == fingerprint(frames)
    assert not set(former) & set(now["result_fingerprint"])


def test_the_accounts_name_goes_and_that_of_another_account_stays(three_months, erase_account, query):
    erase_account()

    assert query("select distinct account_id, name from account_features order by account_id").rows() == [
        ("b", "Acme"),
        (GONE.pseudonym, GONE.pseudonym),
    ]


def test_months_still_join(three_months, erase_account, query):
    erase_account()

    joined = query(
        "select count(*) as n from account_tiers as one join account_tiers as other "
        "on other.account_id = one.account_id and other.month > one.month"
    )
    assert joined["n"].item() == 1 + 3


def test_the_erasure_is_recorded_without_the_account(three_months, erase_account, engine):
    erase_account()

    record = runs_of(engine).row(-1, named=True)
    assert (record["command"], record["status"], record["month"]) == ("erase", "unchanged", MARCH.first_day)
    assert record["reason"] == f"asked by {GONE.pseudonym}"
    assert json.loads(record["warnings"]) == [f"{GONE.pseudonym} stands for an account that was erased"]


def test_done_again_it_changes_nothing(three_months, erase_account, contents):
    """Whoever does not hear that the database kept the work does it again."""
    erase_account()
    before = contents()
    assert dict(erase_account().rows) == {}

    assert all(frame.equals(before[name]) for name, frame in contents().items())


def test_names_are_those_of_all_months(publish_month, engine):
    for month, name in ((JANUARY, "Acme"), (FEBRUARY, "Acme Group"), (MARCH, None)):
        publish_month(month, {"a1": {"name": name}, "b": {"name": "Beta"}})

    with transaction(engine) as connection:
        assert names_of(connection, "a1") == ("Acme", "Acme Group")


def test_held_rows_of_the_account_are_wiped_wherever_its_id_stands(engine, erase_account, query):
    held = [
        {"row": 1, "source": "tickets", "row_as_read": '{"Customer":"7","Subject":"from Jane"}'},
        {"row": 2, "source": "tickets", "row_as_read": '{"Customer":"8","Subject":"7"}'},
    ]
    with transaction(engine) as connection:
        load(connection, "quarantine", rows(PUBLISHED["quarantine"], held))
    erase_account(Erasure("7", "erased-0"), {"tickets": frozenset({"Customer"})})

    kept = query('select row_as_read from quarantine order by "row"')["row_as_read"].to_list()
    assert kept == ['{"Customer":"erased-0","Subject":"erased"}', held[1]["row_as_read"]]


def test_a_customers_address_goes_and_a_colleagues_stays(engine, erase_account, query):
    sent = [
        {"notification_id": "1", "account_id": "a1", "audience": "customer", "recipient": "jane@acme.example"},
        {"notification_id": "2", "account_id": "a1", "audience": "owner", "recipient": "ada@example.com"},
        {"notification_id": "3", "account_id": "b", "audience": "customer", "recipient": "joe@beta.example"},
    ]
    with transaction(engine) as connection:
        load(connection, "notifications", rows(PUBLISHED["notifications"], sent))
    erase_account()

    assert query("select recipient from notifications order by notification_id")["recipient"].to_list() == [
        GONE.pseudonym,
        "ada@example.com",
        "joe@beta.example",
    ]


def test_a_plain_word_as_id_changes_no_codes_and_no_numbers(publish_month, engine, erase_account, query):
    changes = [{"change_id": f"2025-01:promotion:1:{name}", "account_id": name} for name in ("score", "promotion")]
    publish_month(JANUARY, {"score": {}, "b": {}}, changes=changes)
    publish_month(JANUARY, {"score": {"arr": 2.0}, "b": {}}, changes=changes)
    erase_account(Erasure("score", "erased-0"))

    assert query("select account_id, decided_by, reasons from account_tiers order by account_id").rows() == [
        ("b", "override", "score"),
        ("erased-0", "override", "score"),
    ]
    assert query("select change_id from tier_changes order by change_id")["change_id"].to_list() == [
        "2025-01:promotion:1:erased-0",
        "2025-01:promotion:1:promotion",
    ]
    former = [json.loads(row) for row in query("select former_row from restatements")["former_row"]]
    assert {row["account_id"] for row in former} == {"b", "erased-0"}
    assert {row.get("reasons") for row in former} == {"score", None}


def test_a_failure_leaves_everything_as_it_was(three_months, engine, contents):
    def erase_until_the_power_is_cut():
        with transaction(engine) as connection:
            erase(connection, GONE, {}, Record("erase-1", "asked", NOW, NOW, "0.1.0"))
            assert read(connection, "select * from account_tiers where account_id = 'a1'").is_empty()
            raise RuntimeError("power cut")

    before = contents()
    with pytest.raises(RuntimeError, match="power cut"):
        erase_until_the_power_is_cut()

    after = contents()
    assert all(after[name].equals(frame) for name, frame in before.items())


def test_where_no_month_is_published_held_rows_can_still_be_erased(engine, erase_account, query):
    with transaction(engine) as connection:
        load(connection, "quarantine", rows(PUBLISHED["quarantine"], [{"row_as_read": '{"account_id":"a1"}'}]))

    erased = erase_account()
    assert (dict(erased.rows), erased.months) == ({"quarantine": 1}, ())
    assert query("select * from runs").is_empty()

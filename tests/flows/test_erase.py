"""An erased account is in no table and no file of a project that has run, and the project goes on as before."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from flows.erase.account import erase_account, find_account
from flows.erase.pages import pages_to_erase
from flows.settings import load_project
from flows.status import read_status
from flows.warehouse import reading
from flows.writing import writing
from sql.dialects import read
from tests.flows.projects import (
    FEBRUARY,
    JANUARY,
    MARCH,
    healthy_tables,
    published_tables,
    run_months,
    write_csv,
    write_project,
)
from transforms.erasure import Erasure
from transforms.errors import WrongUseError

ACCOUNTS = 80
GONE, ALIKE = "a002", "a002-eu"
INVOICE, OF_ALIKE = "INV-2025-03-a002", "INV-2025-03-a002-eu"


def tables():
    """A healthy project with an account that is called alike, and rows that are held back.

    One is of the erased account. The others are of a third one: invoices with numbers that were made from those two.
    """
    made = healthy_tables(ACCOUNTS)
    for source in ("accounts", "subscriptions", "usage"):
        made[source] += [row | {"account_id": ALIKE} for row in made[source] if row["account_id"] == GONE]
    for row in made["subscriptions"]:
        row["subscription_id"] += row["account_id"]
    twice = [(number, amount) for number in (INVOICE, OF_ALIKE) for amount in (10, 20)]
    made["invoices"] += [made["invoices"][0] | {"invoice_id": number, "amount": amount} for number, amount in twice]
    made["usage"].append(made["usage"][0] | {"account_id": GONE, "events": -1, "date": "2025-03-04"})
    return made


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = write_project(tmp_path_factory.mktemp("published"), tables())
    run_months(folder, [JANUARY, FEBRUARY, MARCH])
    return folder


@pytest.fixture
def folder(published, tmp_path):
    return shutil.copytree(published, tmp_path / "project")


def erase(folder, account_id=GONE):
    project = load_project(folder, {})
    return erase_account(project, find_account(project, account_id), "asked")


def texts_of(folder):
    """Every text of the warehouse's tables, and of every file that retier made."""
    yield from (repr(value) for rows in published_tables(folder).values() for row in rows for value in row)
    for path in [*(folder / "out").rglob("*"), *(folder / "facts").rglob("*")]:
        yield str(path.relative_to(folder))
        if path.suffix == ".parquet":
            yield from pl.read_parquet(path).write_json().splitlines()
        elif path.is_file():
            yield path.read_text(encoding="utf-8")


def named_in(folder, word):
    return [text for text in texts_of(folder) if Erasure(word, "x").in_markup(text) != text]


def test_no_table_and_no_file_names_the_account_afterwards(folder):
    assert named_in(folder, GONE)
    assert named_in(folder, "Company 2")
    erase(folder)

    assert named_in(folder, GONE) == []
    others = read_rows(folder, "select distinct name from account_features where account_id = 'a002-eu'")
    assert others["name"].to_list() == ["Company 2"]


def test_ids_that_the_source_made_from_the_accounts_go_with_it_and_those_of_others_stay(folder):
    assert [text for text in texts_of(folder) if INVOICE in text.replace(OF_ALIKE, "")]
    before = quarantined_invoices(folder)
    pseudonym = erase(folder).pseudonym

    assert [text for text in texts_of(folder) if INVOICE in text.replace(OF_ALIKE, "")] == []
    assert before == [("a000", INVOICE)] * 2 + [("a000", OF_ALIKE)] * 2
    assert quarantined_invoices(folder) == [("a000", f"INV-2025-03-{pseudonym}")] * 2 + [("a000", OF_ALIKE)] * 2


def quarantined_invoices(folder):
    """Whose they are and their ids, in the order of their rows."""
    held = read_rows(folder, "select row_as_read from quarantine where source = 'invoices' order by month, \"row\"")
    read = [json.loads(row) for row in held["row_as_read"]]
    return [(row["account_id"], row["invoice_id"]) for row in read]


def read_rows(folder, query):
    with reading(load_project(folder, {})) as connection:
        assert connection is not None
        return read(connection, query)


def test_the_account_that_is_called_alike_keeps_all_its_rows(folder):
    count = f"select count(*) as n from account_tiers where account_id = '{ALIKE}'"
    before = read_rows(folder, count)
    erase(folder)

    assert read_rows(folder, count).equals(before)
    assert before["n"].item() == 3


def test_no_month_becomes_stale(folder):
    erase(folder)

    status = read_status(load_project(folder, {}), MARCH)
    assert (len(status.months), status.stale_months) == (3, ())
    assert {month.revision for month in status.months} == {1}


def test_facts_are_made_again_and_a_month_whose_source_forgot_the_account_is_computed_without_it(folder):
    summary = erase(folder)
    assert summary.caches_removed > 0
    for source, rows in tables().items():
        write_csv(folder / "data" / f"{source}.csv", [row for row in rows if row.get("account_id") != GONE])
    [again] = run_months(folder, [MARCH])

    assert (again.status, again.revision) == ("published", 2)
    assert named_in(folder, GONE) == []
    [left] = read_rows(
        folder,
        f"select account_id, exit_reason from tier_changes where kind = 'exit' and account_id = '{summary.pseudonym}'",
    ).rows()
    assert left == (summary.pseudonym, "removed")


def test_a_source_that_still_names_the_account_is_warned_of_and_brings_it_back(folder):
    [warning] = erase(folder).warnings
    assert "the accounts source still names the account: delete it there" in warning
    run_months(folder, [MARCH])

    assert named_in(folder, GONE)


def test_a_source_without_the_account_needs_no_warning(folder):
    rows = [row for row in tables()["accounts"] if row["account_id"] != GONE]
    write_csv(folder / "data" / "accounts.csv", rows)

    assert erase(folder).warnings == ()


def test_a_source_that_cannot_be_read_stops_nobody(folder):
    (folder / "data" / "accounts.csv").unlink()

    [warning] = erase(folder).warnings
    assert "could not check whether" in warning
    assert GONE not in warning


def test_an_erasure_that_was_cut_short_is_finished_by_the_next_one(folder):
    """The warehouse comes last: as long as it names the account, the account can be found."""
    project = load_project(folder, {})
    shutil.rmtree(folder / "facts")
    erasure = find_account(project, GONE)
    for page in pages_to_erase(project.output, erasure):
        page.path.unlink()
    erase(folder)

    assert named_in(folder, GONE) == []
    with pytest.raises(WrongUseError, match="unknown account 'a002'"):
        find_account(project, GONE)


def test_an_erasure_waits_for_the_one_who_writes(folder):
    project = load_project(folder, {})
    with ThreadPoolExecutor() as pool:
        with writing(project, "backfill"):
            erasing = pool.submit(erase, folder)
            with pytest.raises(TimeoutError):
                erasing.result(timeout=2)
            assert (folder / "facts" / "usage").exists()
        erasing.result()

    assert named_in(folder, GONE) == []


def test_an_account_that_never_was_in_scope_is_found_in_the_facts(folder):
    merged = healthy_tables(ACCOUNTS)["account_merges"][0]["from_account_id"]
    extra = tables()["accounts"][0] | {"account_id": "internal-7", "is_internal": "true"}
    write_csv(folder / "data" / "accounts.csv", [*tables()["accounts"], extra])
    run_months(folder, [MARCH])

    assert find_account(load_project(folder, {}), "internal-7").names == ()
    erase(folder, "internal-7")
    assert named_in(folder, "internal-7") == []
    assert named_in(folder, merged)


def test_pages_files_and_folders_of_output_lose_the_account(folder):
    (folder / "out" / GONE).mkdir()
    (folder / "out" / GONE / "sent.json").write_text(json.dumps({"to": f"owner of {GONE}", "of": ALIKE}))
    (folder / "out" / "picture.png").write_bytes(b"\x89PNG\xff a002 ")
    (folder / "out" / "other.png").write_bytes(b"\x89PNG\xff ")
    summary = erase(folder)

    assert not (folder / "out" / GONE).exists()
    sent = json.loads((folder / "out" / summary.pseudonym / "sent.json").read_text())
    assert sent == {"to": f"owner of {summary.pseudonym}", "of": ALIKE}
    assert [(folder / "out" / name).exists() for name in ("picture.png", "other.png")] == [False, True]


def test_each_erasure_has_a_pseudonym_that_cannot_be_worked_out(folder):
    project = load_project(folder, {})
    first, second = (find_account(project, GONE).pseudonym for _ in range(2))

    assert first != second
    assert len(first) == len("erased-") + 16


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("a0", "unknown account 'a0': expected the exact id of an account"),
        ("", "unknown account ''"),
        ("Company 5", "an account is erased by its id: 'Company 5' is the name of 'a005'"),
        ("editor", "unknown account 'editor'"),
        ("\udce4", "expected text in UTF-8"),
    ],
)
def test_what_is_no_account_is_refused(published, word, sentence):
    with pytest.raises(WrongUseError, match=sentence):
        find_account(load_project(published, {}), word)


def test_a_project_that_never_ran_knows_nobody_and_no_warehouse_is_made(tmp_path):
    write_project(tmp_path, healthy_tables())

    with pytest.raises(WrongUseError, match="unknown account 'a002'"):
        find_account(load_project(tmp_path, {}), GONE)
    assert not (tmp_path / "retier.duckdb").exists()

"""What the summary for leadership says of risk: of what, how much, the dearest by name, and what is not known."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

import pytest

from flows.notify.risk_figures import risk_figures
from flows.notify.send import send_waiting
from flows.transactions import read_in_transaction
from tests.flows.notify.published import ACCOUNTS, CHANGES, MONTH, project_of, publish_month
from tests.flows.notify.receivers import WebServer

_SILENT = {
    "reason": "silent", "reason_since_month": date(2026, 9, 1), "next_action": "usage_call",
    "next_action_due_date": date(2026, 11, 14),
}  # fmt: skip
RISKS = [
    _SILENT | {"account_id": "a-1", "arr": 5000.0, "owner": "kim"},
    _SILENT | {"account_id": "a-2", "arr": 90_000.0, "owner": "kim"},
    {"account_id": "a-3", "arr": 70.0, "owner": None, "reason": "ill", "reason_since_month": date(2026, 10, 1)},
]
KNOWN = {name: one | {"health": 50.0} for name, one in ACCOUNTS.items()}


@pytest.fixture
def told(web: WebServer, empty_folder):
    """The summary of a month as it arrives."""

    def tell(accounts=KNOWN, risks=RISKS, form: str = "text") -> str:
        hook = f'  hook: {{url: "json://{web.url}/hook", messages: [summary], format: {form}}}\n'
        project = project_of(empty_folder, hook)
        publish_month(project, accounts, CHANGES, risks=risks)
        assert send_waiting(project).count("sent") == 1
        return web.posted[-1].json["message"]

    return tell


def part(text: str) -> list[str]:
    """The lines of a text summary that speak of risk."""
    return text.partition("At risk")[2].partition("From (rows)")[0].splitlines()


def test_who_is_at_risk_is_counted_by_reason_with_arr_and_the_dearest_are_named_with_their_action(told):
    since = "it has stopped using the product, since 2026-09; usage call by 2026-11-14"
    assert part(told()) == [
        ": 3 accounts, USD 95,070 a year.",
        "",
        "  it has stopped using the product: 2 accounts, USD 95,000 a year",
        "  it is ill: 1 account, USD 70 a year",
        "",
        f"* Beta, USD 90,000 a year, owner kim: {since}",
        f"* Acme, USD 5,000 a year, owner kim: {since}",
        "* Ceta, USD 70 a year, owner none: it is ill, since 2026-10; no action is open",
        "",
    ]  # fmt: skip


def test_who_is_not_named_is_counted(empty_folder):
    project = project_of(empty_folder, "  hook: {url: 'json://127.0.0.1'}\n")
    publish_month(project, KNOWN, CHANGES, risks=RISKS)
    figures = read_in_transaction(project, partial(risk_figures, month=MONTH, dearest=1))
    assert [one["name"] for one in figures["dearest_at_risk"]] == ["Beta"]
    assert figures["more_at_risk"] == 2


def test_nothing_is_said_of_silence_that_counts(told):
    assert "so many at once" not in told()


def test_suspended_silence_is_one_sentence(told):
    silent = {"is_silent": True, "is_silence_suspended": True}
    accounts = KNOWN | {name: KNOWN[name] | silent for name in ("a-1", "a-2")}
    text = told(accounts, [])
    assert "Nobody is at risk." in text.splitlines()
    said = (
        "2 accounts used nothing in the month, so many at once that silence says nothing of single accounts this month."
    )
    assert said in text.splitlines()


@pytest.mark.parametrize(("scored", "said"), [(3, "1 account"), (2, "2 accounts"), (4, None)])
def test_accounts_without_health_are_counted(told, scored, said):
    names = list(ACCOUNTS)[:scored]
    told_of = [line for line in told(ACCOUNTS | {name: KNOWN[name] for name in names}).splitlines() if "health" in line]
    whole = f"Without a health score, because too little is known: {said}. See accounts_without_health."
    assert told_of == ([whole] if said else [])


@pytest.mark.parametrize("form", ["text", "html", "chat"])
def test_every_form_says_the_same(told, form):
    unknown = KNOWN | {"a-4": ACCOUNTS["a-4"] | {"is_silent": True, "is_silence_suspended": True}}
    plain = re.sub(r"<[^>]+>|\*", "", told(unknown, form=form))
    for words in ("3 accounts, USD 95,070 a year", "it is ill", "Beta, USD 90,000 a year, owner kim",
                  "usage call by 2026-11-14", "1 account used nothing in the month",
                  "because too little is known: 1 account."):  # fmt: skip
        assert words in plain, plain

"""What waits is sent once, to real receivers that fail, wait and hang up; and what no longer holds is not."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from flows.notify.outbox import hold_pending, release_held, retry_failed
from flows.notify.send import send_waiting
from flows.settings import Project
from flows.transactions import write_in_transaction
from sql.outbox import mark_attempt
from tests.flows.notify.published import ACCOUNTS, CHANGES, MONTH, outbox_of, project_of, publish_month
from tests.flows.notify.receivers import MailServer, WebServer

DEAD = "json://127.0.0.1:9/nobody"


def hook(web: WebServer, more: str = "") -> str:
    return f'  hook: {{url: "json://{web.url}/hook"{more}}}\n'


@pytest.fixture
def project(web: WebServer, published_folder: Path) -> Project:
    """A published month and a web hook that is to be notified of it: two digests, an alert and a summary."""
    return project_of(published_folder, hook(web))


def statuses(project: Project) -> Counter[str]:
    return Counter(outbox_of(project)["status"])


def test_every_message_arrives_once_with_its_identifier_in_header_and_last_line(project, web):
    first, second = send_waiting(project), send_waiting(project)
    assert (first.count("sent"), len(second.outcomes)) == (4, 0)
    assert Counter(web.ids()) == Counter(outbox_of(project)["message_id"].unique())
    assert all(one.json["message"].endswith(f"\nMessage {one.headers['idempotency-key']}") for one in web.posted)
    assert statuses(project) == {"sent": 4}
    assert outbox_of(project)["sent_at"].null_count() == 0


def test_alerts_come_first_and_the_summary_last(project, web):
    send_waiting(project)
    assert [one.json["title"] for one in web.posted] == [
        "2026-10: 1 alert",
        "2026-10: 1 change of your accounts",
        "2026-10: 1 change of your accounts",
        "2026-10: 3 of 4 accounts moved",
    ]


def test_a_digest_tells_what_changed_why_and_what_to_do(project, web):
    send_waiting(project)
    digest = next(one.json["message"] for one in web.posted if "Acme" in one.json["message"])
    assert digest.splitlines()[2:7] == [
        "* Acme (a-1), USD 5,000 a year",
        "  promotion, low touch to mid touch",
        "  Why: its priority puts it there",
        "  What made it: growth of use +4.2, annual revenue -1.0",
        "  To do by 2026-11-30: health check. A quarter is over.",
    ]


def test_a_digest_names_the_owners_accounts_at_risk_that_did_not_change_with_their_action(web, empty_folder):
    project = project_of(empty_folder, hook(web, ", messages: [digest]"))
    silent = {
        "reason": "silent", "reason_since_month": date(2026, 9, 1), "next_action": "usage_call",
        "next_action_due_date": date(2026, 11, 14),
    }  # fmt: skip
    risks = [
        silent | {"account_id": "a-3", "owner": "lee", "arr": 70.0},
        silent | {"account_id": "a-4", "owner": "lee", "arr": 1.0, "next_action_due_date": date(2026, 10, 14)},
    ]
    publish_month(project, ACCOUNTS, CHANGES, risks=risks)
    assert send_waiting(project).count("sent") == 2
    of_kim, of_lee = sorted((one.json["message"] for one in web.posted), key=lambda told: "of lee," in told)
    assert "At risk" not in of_kim
    assert "at risk" not in of_kim
    assert "  At risk: it has stopped using the product, since 2026-09; usage call by 2026-11-14" in of_lee.splitlines()
    assert of_lee.partition("Also at risk, the dearest first:\n\n")[2].splitlines()[:2] == [
        "* Dull (a-4), USD 1 a year: it has stopped using the product, since 2026-09; usage call was due by 2026-10-14",
        "",
    ]


def test_what_ended_is_not_reported_as_a_reason_that_still_holds(project, web):
    changes = [
        {"account_id": "a-1", "kind": "lift_ended", "decided_by": "risk_lift", "reasons": "score"},
        {"account_id": "a-2", "kind": "override_ended", "decided_by": "override", "reasons": "score"},
        {"account_id": "a-3", "kind": "exit", "to_tier": None, "exit_reason": "merged", "decided_by": "risk_lift",
         "reasons": "risk_lift"},
    ]  # fmt: skip
    publish_month(project, {name: one for name, one in ACCOUNTS.items() if name != "a-3"}, changes)
    send_waiting(project)
    lines = "\n".join(one.json["message"] for one in web.posted).splitlines()
    assert [line for line in lines if "Why: " in line] == [
        "  Why: the override has ended",
        "  Why: its lift for poor health has ended",
        "  Why: it was merged into another account",
    ]


def test_a_summary_has_the_matrix_the_largest_moves_and_the_hours_that_are_missing(project, web):
    send_waiting(project)
    told = web.posted[-1].json["message"]
    for line in (
        "2026-10: 4 accounts in scope (0 the month before), USD 95,071 a year (0).",
        "3 accounts moved. Changes: 1 promotion, 1 demotion, 1 lift started.",
        "* Beta, USD 90,000 a year: lift started, mid touch to high touch",
        "  dedicated: 80 of 100 taken, 12 more unassigned",
    ):
        assert line in told.splitlines()
    assert "  mid touch           1        90,000                    -      1            70" in told
    assert "Nobody is at risk." in told.splitlines()


def test_mails_go_to_their_owners_and_carry_the_identifier(web, mail: MailServer, empty_folder):
    url = f"mailto://127.0.0.1:{mail.port}?from=retier@example.com&to={{recipient}}"
    written = f'  mail: {{url: "{url}", format: html, to: [lead+all@example.com]}}\n'
    project = project_of(empty_folder, written)
    publish_month(project)
    assert send_waiting(project).count("sent") == 4
    assert Counter(tuple(to) for _, to, _ in mail.mails) == {
        ("kim@example.com",): 2, ("lee@example.com",): 1, ("lead+all@example.com",): 1
    }  # fmt: skip
    ids = {sent["X-Retier-Message-Id"] for _, _, sent in mail.mails}
    assert ids == set(outbox_of(project)["message_id"])
    for _, _, sent in mail.mails:
        assert f"Message {sent['X-Retier-Message-Id']}" in sent.get_body(("html",)).get_content()


@pytest.mark.parametrize("answer", [503, 302, "drop"])
def test_a_message_that_is_not_accepted_waits_and_is_sent_again_under_the_same_identifier(project, web, answer):
    web.answers[:] = [answer]
    first = send_waiting(project)
    assert (first.count("failed"), first.count("sent")) == (1, 3)
    assert send_waiting(project).count("sent") == 1
    assert (len(web.posted), len(set(web.ids()))) == (5, 4)
    assert statuses(project) == {"sent": 4}


def test_who_does_not_answer_in_time_is_not_waited_for(web, empty_folder):
    project = project_of(empty_folder, hook(web, ", messages: [summary]"), "delivery: {timeout_seconds: 0.1}\n")
    publish_month(project)
    web.answers[:] = [0.5]
    (outcome,) = send_waiting(project).outcomes
    assert outcome.status == "failed"
    assert outcome.error == "the receiver could not be reached, refused the message, or did not answer within 0.1 s"


def test_what_the_receiver_answered_is_kept(project, web):
    web.answers[:] = [503]
    send_waiting(project)
    assert outbox_of(project)["last_error"].drop_nulls().to_list() == ["the receiver answered 503"]


def test_a_failed_message_waits_longer_each_time_and_is_dead_in_the_end(web, empty_folder):
    more = "delivery: {maximum_attempts: 2, first_wait_seconds: 3600}\n"
    project = project_of(empty_folder, hook(web, ", messages: [summary]"), more)
    publish_month(project)
    web.answers[:] = [500, 500, 500]
    assert send_waiting(project).count("failed") == 1
    assert send_waiting(project).outcomes == []
    assert outbox_of(project)["next_attempt_at"].null_count() == 0
    assert retry_failed(project) == 1
    assert send_waiting(project).count("dead") == 1
    assert send_waiting(project).outcomes == []
    assert retry_failed(project, MONTH) == 1
    assert (send_waiting(project).count("failed"), len(web.posted)) == (1, 3)
    assert retry_failed(project) == 1
    assert (send_waiting(project).count("sent"), len(set(web.ids()))) == (1, 1)


def test_a_dead_channel_stops_no_other_and_is_left_alone_after_some_failures(web, empty_folder):
    lines = f'  a-dead: {{url: "{DEAD}"}}\n' + hook(web)
    project = project_of(empty_folder, lines, "delivery: {maximum_failures: 2}\n")
    publish_month(project)
    sending = send_waiting(project)
    by_channel = Counter((outcome.channel, outcome.status) for outcome in sending.outcomes)
    assert by_channel == {("a-dead", "failed"): 2, ("a-dead", "waiting"): 2, ("hook", "sent"): 4}
    assert outbox_of(project).filter(channel="a-dead")["attempts"].sort().to_list() == [0, 0, 1, 1]


def test_a_channel_that_is_gone_is_given_up_and_one_that_cannot_be_used_waits(web, empty_folder):
    project = project_of(empty_folder, hook(web, ", messages: [summary]"))
    publish_month(project)
    other = project_of(empty_folder, "  other: {url: 'json://127.0.0.1'}\n")
    (outcome,) = send_waiting(other).outcomes
    assert (outcome.status, outcome.error) == ("dead", "retier.yaml no longer has a channel 'hook'")
    retry_failed(project)
    broken = project_of(empty_folder, "  hook: {url: 'nosuchservice://x'}\n")
    (outcome,) = send_waiting(broken).outcomes
    assert outcome.status == "waiting"
    assert outcome.error.startswith("Apprise cannot use the url of the channel 'hook'")
    fixed = project_of(empty_folder, hook(web))
    assert (send_waiting(fixed).count("sent"), set(outbox_of(fixed)["attempts"])) == (1, {1})


def test_messages_are_sent_from_postgresql_too(web, tmp_path, postgresql_url):
    project = project_of(tmp_path, hook(web), RETIER_WAREHOUSE=postgresql_url)
    publish_month(project)
    web.answers[:] = [500]
    assert (send_waiting(project).count("sent"), send_waiting(project).count("sent")) == (3, 1)
    publish_month(project, _with("a-1", tier="low_touch"), _without("a-1"))
    assert send_waiting(project).count("sent") == 2, "what takes the change back, and a summary"
    assert statuses(project) == {"sent": 6}


def test_held_messages_wait_until_they_are_released(web, empty_folder):
    project = project_of(empty_folder, hook(web))
    publish_month(project, held_because="a surge")
    sending = send_waiting(project)
    assert (sending.outcomes, sending.held, sending.held_because) == ([], 4, "a surge")
    assert release_held(project, MONTH - 1) == 0
    assert release_held(project, MONTH) == 4
    assert hold_pending(project) == 4
    assert release_held(project) == 4
    assert send_waiting(project).count("sent") == 4


def test_what_was_taken_back_before_it_was_sent_is_not_sent(project, web):
    publish_month(project, _with("a-1", tier="low_touch"), _without("a-1"))
    sending = send_waiting(project)
    assert sending.superseded == 3, "the change, what takes it back, and the summary before"
    assert not [one for one in web.posted if "Acme" in one.json["message"]]


def test_a_change_that_is_taken_back_and_made_again_is_announced_three_times(project, web):
    send_waiting(project)
    for accounts, changes in (
        (_with("a-1", tier="low_touch"), _without("a-1")),
        (ACCOUNTS, CHANGES),
        (ACCOUNTS, CHANGES),
    ):
        publish_month(project, accounts, changes)
        send_waiting(project)
    told = [one.json["message"] for one in web.posted if "* Acme (a-1)" in one.json["message"]]
    assert ["did not happen; its tier is low touch" in one for one in told] == [False, True, False]
    assert ["Correction" in one for one in told] == [False, True, True]
    assert len(set(web.ids())) == len(web.posted)


def test_an_account_that_was_said_to_have_left_and_did_not_is_corrected(project, web):
    left = {"account_id": "a-4", "kind": "exit", "to_tier": None, "exit_reason": "churned", "decided_by": "score"}
    without = {name: account for name, account in ACCOUNTS.items() if name != "a-4"}
    publish_month(project, without, [*CHANGES, left])
    send_waiting(project)
    web.posted.clear()
    publish_month(project)
    send_waiting(project)
    (told,) = [one.json["message"] for one in web.posted if "(a-4)" in one.json["message"]]
    assert "did not happen; its tier is low touch" in told


def test_a_process_that_dies_each_time_it_sends_is_not_tried_for_ever(project):
    message = outbox_of(project)["message_id"][0]
    for _ in range(3):
        write_in_transaction(project, lambda connection: mark_attempt(connection, message))
    dead = [outcome for outcome in send_waiting(project).outcomes if outcome.status == "dead"]
    assert [(one.message_id, one.error) for one in dead] == [(message, "the command ended while sending it, too often")]


def _with(account: str, **changes: object) -> dict[str, dict[str, object]]:
    return ACCOUNTS | {account: ACCOUNTS[account] | changes}


def _without(account: str) -> list[dict[str, object]]:
    return [change for change in CHANGES if change["account_id"] != account]

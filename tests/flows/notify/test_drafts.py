"""Letters to customers: written for approval, with nothing internal in them, and never sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.notify.drafts import write_drafts
from flows.notify.outbox import release_held, retry_failed
from flows.notify.send import send_waiting
from flows.settings import Project
from flows.words import CHANGE_KINDS, DECIDED_BY, REASONS
from tests.flows.notify.published import ACCOUNTS, CHANGES, MONTH, outbox_of, project_of, publish_month
from tests.flows.notify.receivers import WebServer
from transforms.errors import WrongUseError

INTERNAL: dict[str, Any] = {
    "arr": 71717.0, "health": 17.17, "value": 27.27, "priority": 37.37, "growth": 47.47, "complexity": 57.57,
    "cost_to_serve": 81818.0, "margin": 0.9191, "owner": "planted owner", "top_lever": "health.planted_lever",
    "decided_by": "risk_lift", "reasons": "risk_lift,chronic_risk", "blocked_by": "cooldown",
}  # fmt: skip


@pytest.fixture
def project(web: WebServer, published_folder: Path) -> Project:
    return project_of(published_folder, f'  hook: {{url: "json://{web.url}/hook"}}\n')


def test_each_account_whose_tier_changed_gets_a_draft_and_no_other(project):
    drafts = write_drafts(project, MONTH)
    assert [draft.account_id for draft in drafts] == ["a-1", "a-2", "a-3"]
    folder = project.output / "messages" / "2026-10" / "customer"
    assert sorted(folder.iterdir()) == sorted(draft.file for draft in drafts)
    assert drafts[1].file.read_text(encoding="utf-8").splitlines()[:5] == [
        "DRAFT: a person must approve this before it is sent.",
        "",
        "Dear Beta,",
        "",
        "From 2026-11 on, your service level is high touch. "
        + project.policies.policy_for(MONTH).engagement.high_touch.summary,
    ]


def test_drafts_are_held_and_never_sent_or_released(project, web):
    write_drafts(project, MONTH)
    send_waiting(project)
    web.posted.clear()
    assert (release_held(project), retry_failed(project), len(send_waiting(project).outcomes)) == (0, 0, 0)
    drafts = outbox_of(project).filter(audience="customer")
    assert set(drafts.select("channel", "message", "status").rows()) == {("approval", "draft", "held")}
    assert drafts["account_id"].to_list() == ["a-1", "a-2", "a-3"]
    assert web.posted == []


def test_drafts_that_are_written_again_are_recorded_once(project):
    former = [draft.file.read_bytes() for draft in write_drafts(project, MONTH)]
    assert [draft.file.read_bytes() for draft in write_drafts(project, MONTH)] == former
    assert outbox_of(project).filter(audience="customer").height == 3


def test_a_draft_that_is_not_true_any_more_is_withdrawn_until_it_is_again(project):
    write_drafts(project, MONTH)
    folder = project.output / "messages" / "2026-10" / "customer"
    other = folder / "notes.txt"
    other.write_text("of a person", encoding="utf-8")
    as_before = ACCOUNTS["a-1"] | {"tier": ACCOUNTS["a-1"]["previous_tier"]}
    publish_month(project, ACCOUNTS | {"a-1": as_before}, CHANGES[1:])
    drafts = write_drafts(project, MONTH)
    assert sorted(folder.iterdir()) == sorted([other, *(draft.file for draft in drafts)])
    told = outbox_of(project).filter(audience="customer").sort("account_id")
    assert told["status"].to_list() == ["superseded", "held", "held"]
    publish_month(project)
    assert len(write_drafts(project, MONTH)) == 3
    assert set(outbox_of(project).filter(audience="customer")["status"]) == {"held"}


LIFTED = {"is_lift_in_effect": True, "base_tier": "mid_touch", "base_tier_without_override": "mid_touch"}
OVERRIDDEN = {"override_start_date": date(2026, 10, 1), "base_tier_without_override": "low_touch"}


@pytest.mark.parametrize(
    ("beta", "is_promised", "is_for_a_time"),
    [
        ({}, True, False),
        ({"owner": "unassigned"}, False, False),
        ({"owner": None}, False, False),
        (LIFTED | {"is_interim_owner": True}, False, True),
        (LIFTED, True, True),
        (OVERRIDDEN, True, True),
    ],
    ids=["staffed", "unassigned", "nobody", "interim_owner_of_a_lift", "staffed_lift", "override"],
)
def test_a_draft_promises_what_is_staffed_and_says_what_is_for_a_time(
    web, empty_folder, beta, is_promised, is_for_a_time
):
    project = project_of(empty_folder, f'  hook: {{url: "json://{web.url}/hook"}}\n')
    publish_month(project, ACCOUNTS | {"a-2": ACCOUNTS["a-2"] | beta}, CHANGES)
    text = write_drafts(project, MONTH)[1].file.read_text(encoding="utf-8")
    service = project.policies.policy_for(MONTH).engagement.high_touch
    wordings = {one.code: one.wording for one in service.entitlements}
    assert [service.summary in text, wordings["dedicated_csm"] in text] == [is_promised, is_promised]
    assert wordings["technical_account_manager"] not in text
    assert ("This is for a time" in text) == is_for_a_time
    assert ("It includes" in text) == is_promised


def test_nothing_internal_and_no_other_customer_is_in_a_draft(web, empty_folder):
    project = project_of(empty_folder, f'  hook: {{url: "json://{web.url}/hook"}}\n')
    accounts = {name: one | INTERNAL | {"name": f"Customer {name}"} for name, one in ACCOUNTS.items()}
    publish_month(project, accounts, CHANGES)
    planted = [f"{value:g}" if isinstance(value, float) else value for value in INTERNAL.values()]
    words = [*DECIDED_BY.values(), *REASONS.values(), *CHANGE_KINDS.values(), "health score", "lift", "margin", "risk"]
    for draft in write_drafts(project, MONTH):
        text = draft.file.read_text(encoding="utf-8")
        assert [one for one in (*planted, *words) if str(one) in text] == []
        assert [name for name in accounts if name != draft.account_id and f"Customer {name}" in text] == []


def test_a_hostile_account_has_a_file_of_its_own_in_the_folder(web, empty_folder):
    project = project_of(empty_folder, f'  hook: {{url: "json://{web.url}/hook"}}\n')
    names = ("../../etc/passwd", "a/b", "a-b", "a" * 300, "ü\n\x1b")
    publish_month(project, {name: ACCOUNTS["a-1"] | {"name": name} for name in names}, [])
    files = {draft.file.resolve() for draft in write_drafts(project, MONTH)}
    assert len(files) == len(names)
    assert {file.parent for file in files} == {project.output / "messages" / "2026-10" / "customer"}
    assert not [file for file in files if "\x1b" in file.read_text(encoding="utf-8")]


def test_a_month_that_is_not_published_is_refused(project, tmp_path_factory):
    with pytest.raises(WrongUseError, match="2026-09 is not published"):
        write_drafts(project, MONTH - 1)
    nothing = project_of(tmp_path_factory.mktemp("nothing"), "  c: {url: 'json://127.0.0.1'}\n")
    with pytest.raises(WrongUseError, match="2026-10 is not published"):
        write_drafts(nothing, MONTH)

"""What customers read is worded without what docs/transparency.md lists as never read by them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from flows.criteria.customer import CONSTRAINTS_FOR_CUSTOMERS, customer_criteria, pathway, service_level
from flows.settings import default_policy
from tests.conftest import ROOT
from tests.factories import rows
from tests.flows.conftest import Run, write_project
from tests.flows.published import JANUARY, publish_month
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS

POLICY = default_policy().versions[-1]
_LIST = re.compile(r"## What customers never read\n\n(.*?), and anything about other customers\.", re.DOTALL)


def never_read() -> list[str]:
    """The words of the list, in the singular where the plural has an s."""
    found = _LIST.search((ROOT / "docs" / "transparency.md").read_text(encoding="utf-8"))
    assert found, "the list is no longer where it was"
    return [word.strip().removesuffix("s") for word in found[1].replace("\n", " ").lower().split(",")]


def read_in(text: str) -> list[str]:
    """The words of the list in a text, in one number or the other; the markup of a page is not read."""
    plain = re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
    boundary = "boundar(?:y|ies)"
    stems = [boundary if word == "boundarie" else re.escape(word) for word in never_read()]
    return re.findall(rf"(?i)\b(?:{'|'.join(stems)})(?:s|es)?\b", plain)


def test_the_list_is_read_and_its_words_are_found():
    assert {"score", "weight", "health", "revenue", "lift", "owners' note"} <= set(never_read())
    text = "Your health scores cross two <b>boundaries</b>, by our owners' notes: a high-risk account of no value."
    assert read_in(text) == ["health", "scores", "boundaries", "owners' notes", "risk", "value"]
    assert read_in("<style>p {font-weight: bold}</style><p class='score'>overriding gated lifters, evaluated</p>") == []


def wordings() -> Iterator[str]:
    """Every sentence that customers may be told of the default policy, whatever stands between them and a level."""
    yield repr(customer_criteria(POLICY, JANUARY))
    for tier in TIERS:
        yield repr(service_level(POLICY, tier))
    components = ",".join(f"{pillar}.{name}" for pillar, name, _ in POLICY.pillars.components())
    for code in (*CONSTRAINTS_FOR_CUSTOMERS, "economic_ceiling", "score"):
        levers = "".join(f'{{"component": "{name}"}},' for name in components.split(","))
        tiers = {
            "binding_constraints": code,
            "binding_constraint": code,
            "top_lever": None,
            "levers": f"[{levers[:-1]}]",
        }
        yield repr(pathway(POLICY, tiers))


def test_the_default_policy_words_nothing_for_customers_that_they_never_read():
    assert [(word, text) for text in wordings() for word in read_in(text)] == []


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory):
    """Accounts that were promoted and demoted, lifted for a time, and held by each kind of constraint."""
    folder = write_project(tmp_path_factory.mktemp("customers"))
    codes = (*CONSTRAINTS_FOR_CUSTOMERS, "economic_ceiling", "score")
    accounts = {
        f"a-{number}-{tier}": {
            "name": f"Customer {number}",
            "tier": tier,
            "previous_tier": TIERS[TIERS.index(tier) - 1],
            "base_tier": "low_touch",
            "is_lift_in_effect": tier != "low_touch",
            "owner": "Ada" if number % 2 else "unassigned",
            "binding_constraints": code,
            "binding_constraint": code,
        }
        for number, code in enumerate(codes)
        for tier in TIERS
    }
    engagement = POLICY.engagement
    plans = [
        {
            "account_id": account,
            "entitlements": ",".join(one.code for one in getattr(engagement, account.rpartition("-")[2]).entitlements),
        }
        for account in accounts
    ]
    plan = rows(PUBLISHED["engagement_plan"], plans, month=JANUARY.first_day)
    publish_month(folder, JANUARY, accounts, engagement_plan=plan)
    return folder, list(accounts)


@pytest.mark.parametrize("form", [(), ("--json",), ("--format", "html")], ids=["text", "json", "page"])
def test_criteria_for_customers_are_worded_without_it(run: Run, project, form):
    folder, _ = project
    told = run("criteria", "--audience", "customer", *form, "--project", folder)

    assert (told.exit_code, len(told.stdout) > 500, read_in(told.stdout)) == (0, True, [])


def test_explanations_for_customers_are_worded_without_it(run: Run, project):
    folder, accounts = project
    for account in accounts:
        told = run("explain", account, "--audience", "customer", "--month", JANUARY, "--project", folder)
        assert (told.exit_code, "Service level:" in told.stdout, read_in(told.stdout)) == (0, True, [])


def test_letters_to_customers_are_worded_without_it(run: Run, project):
    folder, accounts = project
    told = run("notify", "--customer-drafts", "--month", JANUARY, "--project", folder)
    letters = [path.read_text(encoding="utf-8") for path in folder.glob("out/messages/*/customer/*")]

    assert (told.exit_code, len(letters)) == (0, len(accounts))
    assert [(word, letter) for letter in letters for word in read_in(letter)] == []

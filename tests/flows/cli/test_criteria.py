"""`retier criteria`."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from flows.settings import default_policy, default_policy_text
from tests.flows.conftest import write_project
from transforms.policy.model import PILLARS

INTERNAL = (
    "cost",
    "margin",
    "risk",
    "score",
    "priority",
    "weight",
    "boundar",
    "gate",
    "health",
    "profit",
    "hours",
    "lift",
    "fleet",
    "quarantine",
)
"""Words that say something internal; none of them may reach a customer."""


def criteria(run, project, *line: str) -> str:
    result = run("criteria", "--project", project, *line)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_colleagues_read_every_component_with_weight_function_and_reason(run, project):
    text = criteria(run, project)

    for _, name, component in default_policy().versions[0].pillars.components():
        assert f"| {component.label} | {component.weight:g} |" in text
        assert f"| {name} |" not in text or name == component.label
        assert component.reason in text
    assert "0 points up to 10 %, 100 from 80 %, evenly in between" in text
    assert "100 points up to 0, 0 from 30, evenly in between" in text
    assert "| high touch | 60 | 65 | 55 |" in text


def test_colleagues_read_every_number_with_its_reason(run, project):
    told = json.loads(criteria(run, project, "--json"))

    rules = [rule for section in told["sections"] for rule in section["rules"]]
    assert [rule["name"] for rule in rules if not rule["reason"]] == []
    assert {"name": "margin", "value": "5", "reason": "Crossing a boundary by less than this is noise."} in rules
    assert [pillar["pillar"] for pillar in told["pillars"]] == list(PILLARS)


def test_colleagues_read_which_checks_stop_a_month(run, project):
    text = criteria(run, project)

    checks = text.partition("### Checks before a month is published\n")[2]
    assert "| fleet shift: severity | fail |" in checks
    assert "| fleet shift: maximum | 15 % |" in checks
    assert "| rows: severity | warn |" in checks


def test_colleagues_read_how_accounts_are_grouped_served_and_notified(run, project):
    text = criteria(run, project)

    assert "| size bands: small | minimum employees 10 | The usual line between micro and small companies. |" in text
    assert "| rfm: axes: recency | by edges, edges 7, 14, 30, 60 | In days. Within a week is as recent as" in text
    assert "| rfm: axes: frequency | by quantiles | How many days a year are many depends on" in text
    assert "| rfm: rules: Cannot Lose Them | recency 1 to 1, monetary 5 to 5 | Pays most and has gone silent" in text
    assert "| expansion talk: minimum amount | 50,000 | Whitespace at list price is seldom" in text
    assert "| handover absence days | 14 |" in text
    assert "| maximum changed | 15 % |" in text


def test_numbers_follow_the_policy(run, project):
    write_project(project, policy=default_policy_text().replace("margin: {value: 5,", "margin: {value: 2,"))

    assert "| high touch | 60 | 62 | 58 |" in criteria(run, project)


def test_customers_read_levels_what_they_include_and_what_leads_to_the_next(run, project):
    text = criteria(run, project, "--audience", "customer", "--month", "2026-10")

    assert "## Low touch" in text
    assert "- A dedicated customer-success manager\n" in text
    assert "- how your use of the product grows\n" in text
    assert "2026-10" in text


@pytest.mark.parametrize("line", [[], ["--json"]], ids=["text", "json"])
def test_customers_read_nothing_internal(run, project, line):
    text = criteria(run, project, "--audience", "customer", *line)
    allowed = {"periodic health check", "how satisfied"}
    for phrase in allowed:
        text = text.replace(phrase, "")

    assert [word for word in INTERNAL if word in text.lower()] == []
    reasons = [component.reason for _, _, component in default_policy().versions[0].pillars.components()]
    assert [reason for reason in reasons if reason in text] == []


def test_what_has_no_weight_leads_nowhere(run, project):
    policy = default_policy_text()
    for weight, ends in ((0, "lo: -0.2, hi: 0.5"), (50, "lo: -0.1, hi: 0.4")):
        score = f"\n      score: {{kind: linear, {ends}}}"
        policy = policy.replace(f"weight: 25{score}", f"weight: {weight}{score}")
    write_project(project, policy=policy)

    text = criteria(run, project, "--audience", "customer")

    assert "how your use of the product grows" not in text
    assert "how the number of your users grows" in text


def test_a_policy_may_hold_any_character_and_still_makes_tables(run, project):
    reason = "a | b `c` {{ d }} {% e %} <f>"
    write_project(
        project, policy=default_policy_text().replace("Crossing a boundary by less than this is noise.", reason)
    )

    text = criteria(run, project)

    row = next(line for line in text.splitlines() if line.startswith("| margin |"))
    assert row == "| margin | 5 | a \\| b `c` {{ d }} {% e %} <f> |"


def test_it_is_markdown(run, project):
    html = MarkdownIt("commonmark").enable("table").render(criteria(run, project))

    assert html.count("<table>") == len(PILLARS) + 1 + 1 + 3 + 13
    assert "<p>|" not in html


@pytest.mark.parametrize("audience", ["internal", "customer"])
def test_the_page_says_what_the_markdown_says_and_needs_nothing_else(run, project, audience):
    text = criteria(run, project, "--audience", audience)
    page = criteria(run, project, "--audience", audience, "--format", "html")

    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    assert [heading for heading in headings(text) if f">{heading}</h" not in page] == []
    assert page.count("<table>") == page.count("</table></div>") == text.count("\n\n|")
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


def headings(markdown: str) -> list[str]:
    return [line.lstrip("# ") for line in markdown.splitlines() if line.startswith("#")]


@pytest.mark.parametrize("audience", ["internal", "customer"])
def test_hostile_words_of_a_policy_are_inert_on_the_page(run, project, audience):
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [k](javascript:alert(1)) {{ 1 + 1 }}"
    policy = default_policy_text().replace("A business review every quarter", hostile)
    write_project(project, policy=policy)

    page = criteria(run, project, "--audience", audience, "--format", "html")

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt;" in page
    assert "{{ 1 + 1 }}" in page
    assert ("<script" in page, "<img" in page, 'href="javascript' in page) == (False, False, False)


def test_the_policy_is_that_of_the_month(run, project):
    versions = default_policy_text().replace("effective_month: 2000-01", "effective_month: 2026-01")
    write_project(project, policy=versions)

    result = run("criteria", "--project", project, "--month", "2025-12")

    assert result.exit_code == 2
    assert "no policy is in force in 2025-12" in result.stderr

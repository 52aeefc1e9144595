"""The report as a person meets it: in a browser, on a phone, by keyboard, in the dark and on paper."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from flows.report.write import write_report
from flows.settings import load_project
from tests.flows.published import JANUARY
from tests.flows.report.pages import DARK, LIGHT, PHONE, WIDE, opened
from tests.flows.report.published import BREAKING, QUOTED

FIGURES = ["flow", "mix-accounts", "mix-arr", "map-high-touch", "map-mid-touch", "lifts", "cost", "team"] + [
    f"segments-{column}" for column in ("rfm-segment", "value-band", "primary-need")
]
MARKS = "svg .mark-area path, svg .mark-rect path, svg .mark-symbol path"
OUTSIDE = """() => Array.from(document.querySelectorAll(".chart text")).filter(text => {
    const box = text.getBoundingClientRect();
    const place = text.closest(".chart").getBoundingClientRect();
    return box.width && (box.left < place.left - 1 || box.right > place.right + 1);
}).map(text => text.closest("[data-chart]").dataset.chart + ": " + text.textContent)"""
"""Texts of charts that are cut off."""


@pytest.fixture(scope="module")
def seen(browser, report_file):
    with opened(browser, report_file, WIDE) as seen:
        open_details(seen.page)
        yield seen


@pytest.fixture
def page(seen):
    yield seen.page
    seen.page.emulate_media(color_scheme=LIGHT, media="screen", reduced_motion="no-preference")


@pytest.fixture(scope="module")
def phone(browser, report_file):
    with opened(browser, report_file, PHONE) as seen:
        open_details(seen.page)
        yield seen.page


def open_details(page):
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def test_nothing_is_complained_of_and_nothing_is_loaded(seen, report_file):
    assert seen.complaints == []
    assert [url for url in seen.requests if url != report_file.as_uri() and not url.startswith("data:")] == []


def test_every_chart_is_drawn(page):
    drawn = page.evaluate(
        """marks => Array.from(document.querySelectorAll("[data-chart]"), place => [
            place.dataset.chart, place.querySelectorAll(marks).length])""",
        MARKS,
    )
    assert [name for name, _ in drawn] == [f"{name}-spec" for name in FIGURES]
    assert [name for name, marks in drawn if not marks] == []


def test_nothing_but_tables_scrolls_sideways(page, phone):
    assert page.evaluate("document.documentElement.scrollWidth") == WIDE
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE


def test_texts_of_charts_stay_inside(page, phone):
    assert page.evaluate(OUTSIDE) == []
    assert phone.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_nobody_is_shut_out(page, scheme):
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page)
    assert [rule["id"] for rule in found.response["violations"]] == [], found.generate_report()


def test_every_chart_says_what_it_shows_in_numbers(page):
    for label in page.evaluate("() => Array.from(document.querySelectorAll('[role=img]'), one => one.ariaLabel)"):
        assert re.search(r"\d", label), label


def test_the_keyboard_reaches_every_table_and_opens_every_detail(browser, report_file):
    with opened(browser, report_file, WIDE) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        reached = []
        for _ in range(100):
            page.keyboard.press("Tab")
            name, label = page.evaluate(
                "() => [document.activeElement.tagName, document.activeElement.getAttribute('aria-labelledby')]"
            )
            if name == "BODY":
                break
            if name == "SUMMARY":
                page.keyboard.press("Enter")
            elif label:
                reached.append(label)
        assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
        assert reached == page.evaluate(
            "() => Array.from(document.querySelectorAll('.wide'), one => one.getAttribute('aria-labelledby'))"
        )


def test_headings_follow_one_another(page):
    levels = page.evaluate("() => Array.from(document.querySelectorAll('h1, h2, h3'), one => +one.tagName[1])")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_names_show_as_they_are_and_do_nothing(page):
    text = page.inner_text("main")
    assert page.title() == "Customer tiers, February 2025"
    assert BREAKING in text
    assert QUOTED in text
    assert "turned \\u202e round" in text
    assert page.evaluate("document.querySelectorAll('main b').length") == 0
    assert any(BREAKING[:10] in label for label in page.locator("#segments .chart text").all_text_contents())


def test_charts_take_the_colours_of_the_reader_and_on_paper_those_of_paper(page):
    colour = "getComputedStyle(document.querySelector('#mix .mark-rect path')).fill"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme=DARK)
    assert page.evaluate(colour) != light
    page.emulate_media(color_scheme=DARK, media="print")
    assert page.evaluate(colour) == light


def test_paper_has_pages_with_charts_and_nothing_to_click(page, seen):
    page.emulate_media(media="print", color_scheme=DARK)
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('details')).display") == "none"
    heights = [one.bounding_box()["height"] for one in page.query_selector_all(".chart svg")]
    assert len(heights) == len(FIGURES)
    assert min(heights) > 30
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 3
    assert seen.complaints == []


def test_a_first_month_without_team_segments_and_lifts_is_as_good(browser, published):
    with opened(browser, write_report(load_project(published, {}), JANUARY), PHONE) as seen:
        assert seen.complaints == []
        assert seen.page.evaluate(OUTSIDE) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE
        assert [rule["id"] for rule in Axe().run(seen.page).response["violations"]] == []


def test_who_wants_no_motion_gets_none(page):
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(behaviour) == "smooth"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(behaviour) == "auto"

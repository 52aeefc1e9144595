"""Who may let a stopped month pass, and how far that goes; tests/deploy/test_deploying.py asks through a server."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from prefect.logging import disable_run_logger

from expectations.finding import Waiver
from expectations.gate import FailedChecksError
from flows.request.options import RunOptions
from flows.tracking import approval
from flows.tracking.approval import Approval, with_approval
from tests.flows.options import options_of
from transforms.month import Month

JANUARY = Month.parse("2025-01")
FEBRUARY = JANUARY + 1


class Months:
    """Months with broken checks, and a person who approves each of them when asked."""

    def __init__(self, broken: Mapping[Month, list[str]]) -> None:
        self.broken = broken
        self.asked: list[list[str]] = []

    def work(self, options: RunOptions) -> Mapping[Month, Waiver]:
        """Stop at the first broken check that is not waived, as gates do one after the other."""
        for month, checks in self.broken.items():
            for check in checks:
                if check not in options.waiver_for(month).checks:
                    raise FailedChecksError(f"{month} was stopped", month, [check])
        return options.approved

    def answer(self, why: str, effect: str, about: list[str]) -> Approval:
        self.asked.append(about)
        assert len(self.asked) < 5, "nobody is asked for ever"
        return Approval(author=f"person {len(self.asked)}", reason=why)


@pytest.fixture
def approved(monkeypatch):
    """Does the work of months with a person at hand, and returns what was approved at the end."""

    def approved(months: Months, waiver: Waiver) -> Mapping[Month, Waiver]:
        monkeypatch.setattr(approval, "ask", months.answer)
        with disable_run_logger():
            return with_approval(months.work, options_of(JANUARY, FEBRUARY, waiver=waiver))

    return approved


def test_an_answer_is_for_its_month_alone(approved):
    months = Months({JANUARY: ["freshness"], FEBRUARY: ["freshness"]})
    passed = approved(months, Waiver())
    assert months.asked == [["2025-01", "freshness"], ["2025-02", "freshness"]]
    assert {month: one.author for month, one in passed.items()} == {JANUARY: "person 1", FEBRUARY: "person 2"}


def test_a_second_gate_of_the_same_month_asks_again_and_keeps_what_passed(approved):
    months = Months({JANUARY: ["freshness", "fleet_shift"]})
    passed = approved(months, Waiver())
    assert months.asked == [["2025-01", "freshness"], ["2025-01", "freshness", "fleet_shift"]]
    assert passed[JANUARY].checks == ("freshness", "fleet_shift")


def test_a_check_that_was_waived_at_the_start_stays_waived(approved):
    months = Months({JANUARY: ["rows", "fleet_shift"]})
    passed = approved(months, Waiver(("rows",), "Ada", "known"))
    assert months.asked == [["2025-01", "rows", "fleet_shift"]]
    assert passed[JANUARY].checks == ("rows", "fleet_shift")


def test_a_check_that_an_answer_does_not_fix_is_an_error(monkeypatch):
    months = Months({JANUARY: ["freshness"]})
    monkeypatch.setattr(approval, "ask", months.answer)
    with disable_run_logger(), pytest.raises(FailedChecksError, match="2025-01 was stopped"):
        with_approval(lambda _: months.work(options_of(JANUARY)), options_of(JANUARY))
    assert len(months.asked) == 1


def test_without_a_deployment_nobody_is_asked():
    months = Months({JANUARY: ["freshness"]})
    with pytest.raises(FailedChecksError, match="2025-01 was stopped"):
        with_approval(months.work, options_of(JANUARY))

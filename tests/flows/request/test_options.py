"""The options of a run: whom a waiver is for, and that the record of a run says what the options said."""

from __future__ import annotations

from datetime import timedelta

from expectations.finding import Waiver
from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from flows.transactions import read_in_transaction
from sql.state import last_run_by_month
from tests.flows.options import options_of
from tests.flows.projects import FEBRUARY, JANUARY, healthy_tables, write_project

IN_EVERY_MONTH = Waiver(("rows",), "Ada", "a new export")
IN_FEBRUARY = Waiver(("rows", "fleet_shift"), "Grace", "holidays")


def test_an_approval_takes_the_place_of_the_waiver_in_its_month_only():
    options = options_of(JANUARY, FEBRUARY, waiver=IN_EVERY_MONTH)
    approved = options.approve(FEBRUARY, IN_FEBRUARY)

    assert approved.waiver_for(JANUARY) == IN_EVERY_MONTH
    assert approved.waiver_for(FEBRUARY) == IN_FEBRUARY
    assert options.waiver_for(FEBRUARY) == IN_EVERY_MONTH


def test_an_approval_keeps_those_of_other_months():
    options = options_of(JANUARY, FEBRUARY).approve(JANUARY, IN_EVERY_MONTH).approve(FEBRUARY, IN_FEBRUARY)

    assert options.approved == {JANUARY: IN_EVERY_MONTH, FEBRUARY: IN_FEBRUARY}


def test_the_record_of_a_run_says_what_its_options_said(tmp_path):
    project = load_project(write_project(tmp_path, healthy_tables()), {})
    cutoff = JANUARY.end_time + timedelta(days=3)
    options = options_of(JANUARY, known_until=cutoff, command="retier run --known-at", reason="late files")
    run_month(project, options, Silent())

    runs = read_in_transaction(project, last_run_by_month)
    assert runs.select("command", "reason", "known_until").rows() == [("retier run --known-at", "late files", cutoff)]

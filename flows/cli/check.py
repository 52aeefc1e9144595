"""`retier check`: what is missing or wrong in a project, before anything is run; changes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from flows.cli.options import JsonOption, MonthOption, ProjectOption

if TYPE_CHECKING:
    from rich.console import Console

    from flows.preflight.report import CheckReport, SourceReport

_OF_ANY_SOURCE = ("known_at", "is_deleted")
"""Columns that most sources lack; naming them each time would hide what matters."""

EXAMPLE = "retier check --project customers"


def command(month: MonthOption = None, as_json: JsonOption = False, project: ProjectOption = None) -> None:
    """Read sources and policy, and report what is missing or wrong; nothing is changed."""
    from flows.cli.output import console, print_json
    from flows.clock import complete_month, now
    from flows.preflight.project import check_project
    from flows.progress import Bar
    from flows.settings import load_project

    at = now()
    read = load_project(project, os.environ)
    when = complete_month(month, at)
    with Bar(console(stderr=True)) as progress:
        report = check_project(read, when, known_until=at, progress=progress)
    if as_json:
        print_json(report)
    else:
        show_report(console(), report)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def show_report(console: Console, report: CheckReport) -> None:
    """Print a report: sources, components without data, who could afford which tier, and every problem."""
    from flows.escaping import escape_controls
    from transforms.plurals import pluralize

    console.print(f"Month {report.month}, policy {escape_controls(report.policy_version or 'none')}")
    console.print()
    _show_sources(console, report.sources)
    _show_left_out(console, report.sources)
    _show_rhythm(console, report)
    _show_components(console, report)
    _show_affordability(console, report)
    _show_kits(console, report.sources)
    console.print()
    for problem in report.all_problems:
        style = "red" if problem.severity == "fail" else "yellow"
        console.print(f"{problem.severity}: {escape_controls(problem.message)}", style=style, soft_wrap=True)
    failed = sum(problem.severity == "fail" for problem in report.all_problems)
    warned = len(report.all_problems) - failed
    verdict = "A run would go ahead" if not report.exit_code else "A run would stop"
    console.print(f"{verdict}: {pluralize(failed, 'problem')}, {pluralize(warned, 'warning')}.")


def _show_sources(console: Console, sources: tuple[SourceReport, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("source", "state", "sampled", "not mapped", "not replayable")
    table.columns[2].justify = "right"
    for source in sources:
        failed = any(problem.severity == "fail" for problem in source.problems)
        if not source.is_configured:
            state = Text("missing", style="red") if source.is_required else Text("not configured", style="dim")
        else:
            state = Text("wrong", style="red") if failed else Text("fine", style="green")
        table.add_row(
            source.source,
            state,
            "-" if source.rows_sampled is None else f"{source.rows_sampled:,}",
            ", ".join(name for name in source.not_mapped if name not in _OF_ANY_SOURCE),
            ", ".join(source.not_replayable),
        )
    console.print(table)
    if any(source.not_replayable for source in sources):
        console.print(
            "Not replayable: past months see today's value; map known_at or valid_from to change that.",
            soft_wrap=True,
        )


def _show_left_out(console: Console, sources: tuple[SourceReport, ...]) -> None:
    from flows.escaping import escape_controls

    for source in sources:
        for items in source.left_out:
            console.print(f"{source.source}: {escape_controls(items.message)}", soft_wrap=True)


def _show_kits(console: Console, sources: tuple[SourceReport, ...]) -> None:
    from flows.escaping import escape_controls
    from transforms.plurals import pluralize

    for source in sources:
        for kit in source.kits:
            console.print()
            console.print(f"{source.source}, from {kit.vendor}: {pluralize(kit.rows, 'row')}")
            for line in (*(f"left out: {items.message}" for items in kit.left_out), *kit.not_landed):
                console.print(f"  {escape_controls(line)}", soft_wrap=True)


def _show_rhythm(console: Console, report: CheckReport) -> None:
    from transforms.plurals import pluralize

    found = report.usage_rhythm
    if found is None:
        return
    days = found.usual_gap_days
    gap = pluralize(int(days), "day") if days % 1 == 0 else f"{days} days"
    how = "as retier.yaml says" if found.is_set else "as the sample shows; rhythm: under usage in retier.yaml sets it"
    console.print(f"Usage comes {found.rhythm}, with {gap} from one active day of an account to its next, {how}.")


def _show_components(console: Console, report: CheckReport) -> None:
    if not report.missing_components:
        return
    console.print()
    console.print("Components without data, which do not count:")
    for component in report.missing_components:
        ways = "; or ".join(", ".join(way) for way in component.needs)
        console.print(f"  {component.pillar}.{component.component}: map {ways}", soft_wrap=True)
    for pillar in report.missing_pillars:
        console.print(f"  the pillar {pillar} has too little data for a score and does not count", soft_wrap=True)


def _show_affordability(console: Console, report: CheckReport) -> None:
    from flows.words import TIERS, in_words
    from transforms.plurals import pluralize

    affordability = report.affordability
    if affordability is None:
        return
    console.print()
    console.print(f"Who could afford which tier, of {pluralize(affordability.accounts, 'account')} in scope:")
    for tier, accounts in affordability.tiers.items():
        share = accounts / affordability.accounts if affordability.accounts else 0.0
        console.print(f"  {in_words(tier, TIERS):<10} {accounts:>9,}  {share:z6.1%}")
    if affordability.from_contracts_alone:
        console.print(
            f"  at most: {report.month} is not published yet, so support cost and complexity are left out",
            soft_wrap=True,
        )

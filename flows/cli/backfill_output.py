"""What `retier backfill` prints: its plan, what it would change, and its outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.cli.comparison import records_of, show_comparison
from flows.escaping import escape_controls
from flows.words import CHANGES, in_words, span
from transforms.plurals import pluralize

if TYPE_CHECKING:
    from flows.backfill.backfill import BackfillSummary
    from flows.backfill.difference import Difference
    from flows.backfill.facts import Piece
    from flows.backfill.plan import BackfillPlan, PlannedMonth
    from flows.summary import RunSummary


def plan_record(plan: BackfillPlan, pieces: Sequence[Piece]) -> dict[str, Any]:
    """Return a plan for JSON output."""
    months = [{"month": one.month, "reasons": one.reasons, "follows": one.follows} for one in plan.months]
    return {"months": months, "cascade": plan.cascade, "stale_before": plan.stale_before, "reads": pieces}


def show_plan(console: Console, plan: BackfillPlan, pieces: Sequence[Piece]) -> None:
    """Print which months are needed and why, what will be read, and which months may follow."""
    table = Table("month", "plan", "why", box=SIMPLE_HEAD)
    table.columns[2].overflow = "fold"
    for planned in plan.months:
        table.add_row(str(planned.month), *_plan_of(planned))
    console.print(table)
    following = len(plan.possible) - len(plan.needed)
    more = f", and up to {pluralize(following, 'month')} that may follow" if following else ""
    console.print(f"{pluralize(len(plan.needed), 'month')} of {len(plan.months)} to compute{more}")
    if plan.cascade:
        console.print(
            f"After the range: {span(plan.cascade)} follow, oldest first, where what they depend on has changed; "
            "--no-cascade leaves them stale.",
            soft_wrap=True,
        )
    if plan.stale_before:
        console.print(
            f"Stale before the range: {span(plan.stale_before)}. The range depends on these months: "
            f"begin with --from {plan.stale_before[0]}",
            soft_wrap=True,
        )
    _show_pieces(console, pieces)


def _plan_of(planned: PlannedMonth) -> tuple[str, str]:
    if planned.is_needed:
        return "compute", escape_controls("; ".join(planned.reasons))
    if planned.follows is not None:
        return "perhaps", f"only if an earlier month changes, from {planned.follows} on"
    return "up to date", ""


def _show_pieces(console: Console, pieces: Sequence[Piece]) -> None:
    if not pieces:
        console.print("To read: no events; the fact store has all the facts that are needed.")
        return
    rows: Counter[str] = Counter()
    months: dict[str, list[Any]] = {}
    for piece in pieces:
        rows[piece.source] += piece.rows
        months.setdefault(piece.source, []).extend(piece.months)
    for source in sorted(months):
        console.print(f"To read: {pluralize(rows[source], 'row')} of {source}, {span(sorted(months[source]))}")


def difference_record(difference: Difference) -> dict[str, Any]:
    """Return what would change for JSON output, every month in full."""
    months = {str(month): records_of(comparison) for month, comparison in difference.months.items()}
    stopped = {str(month): checks for month, checks in difference.stopped.items()}
    return {
        "plan": difference.plan.months,
        "cascade": difference.plan.cascade,
        "months": months,
        "stopped_by": stopped,
        "restated": difference.restated,
    }


def show_difference(console: Console, difference: Difference, limit: int) -> None:
    """Print how many accounts would change in each month, and the newest such month in full."""
    if not difference.months:
        console.print("Nothing to compute: all months are up to date.")
        return
    changed = {month: comparison.changed.height for month, comparison in difference.months.items()}
    table = Table("month", "revision", "accounts with another tier or base tier", "accounts", box=SIMPLE_HEAD)
    for column in table.columns[2:]:
        column.justify = "right"
    for month, comparison in difference.months.items():
        is_first = comparison.matrix["former_tier"].null_count() == comparison.matrix.height
        revision = "first" if is_first else "another" if month in difference.restated else "the same"
        table.add_row(str(month), revision, f"{changed[month]:,}", f"{comparison.matrix['accounts'].sum():,}")
    console.print(table)
    for month, checks in difference.stopped.items():
        console.print(f"{month} would be stopped by its checks: {', '.join(checks)}", soft_wrap=True)
    newest = max((month for month, accounts in changed.items() if accounts), default=None)
    if newest is None:
        console.print("No tier would change, only the values behind the tiers. Nothing was published.")
        return
    console.print(f"{newest}, as published and as it would become:")
    show_comparison(console, difference.months[newest], limit)
    console.print("Nothing was published.")


def show_stopped(console: Console, months: Sequence[RunSummary]) -> None:
    """Print the months that were done before a backfill stopped."""
    if months:
        console.print("Done before it stopped; retier status shows which later months are stale now:")
        _show_months(console, months)


def show_backfill(console: Console, summary: BackfillSummary) -> None:
    """Print the outcome of each month."""
    if summary.months:
        _show_months(console, summary.months)
    if summary.up_to_date:
        console.print(f"Up to date already: {pluralize(len(summary.up_to_date), 'month')}")
    if summary.stale_months:
        console.print(
            f"Stale: {span(summary.stale_months)}: an earlier month has changed since. Update them: "
            f'retier backfill --from {summary.stale_months[0]} --to {summary.stale_months[-1]} --reason "..."',
            soft_wrap=True,
        )
    if any(month.warnings for month in summary.months):
        console.print("Warnings: see the pages of the checks (retier status names them), or check_results.")
    for warning in summary.warnings:
        console.print(f"Warning: {escape_controls(warning)}", soft_wrap=True)
    restated = [month for month in summary.months if month.status == "published" and month.revision > 1]
    diff = f", or what a month said before: retier diff --month {restated[0].month}" if restated else ""
    console.print(f"Next: retier status{diff}")


def _show_months(console: Console, months: Sequence[RunSummary]) -> None:
    table = Table("month", "state", "revision", "accounts", "changes", "warnings", box=SIMPLE_HEAD)
    for column in (*table.columns[2:4], table.columns[5]):
        column.justify = "right"
    for month in months:
        table.add_row(*_row(month))
    console.print(table)


def _row(month: RunSummary) -> tuple[str, ...]:
    moved = [pluralize(number, in_words(kind, CHANGES)) for kind, number in month.movements.items() if number]
    return (
        str(month.month),
        month.status,
        str(month.revision),
        f"{month.accounts:,}",
        ", ".join(moved) or "none",
        str(len(month.warnings) or ""),
    )

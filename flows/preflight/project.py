"""Checks a project before anything is run, and changes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.notify.channels import channel_errors
from flows.preflight.affordability import affordability
from flows.preflight.components import missing_components
from flows.preflight.features import warn_of_unknown_features
from flows.preflight.report import Affordability, CheckReport, Problem
from flows.preflight.rhythm import rhythm_of_usage
from flows.preflight.silence import warnings_of_silence
from flows.preflight.sources import Looked, look_at
from flows.preflight.strangers import warn_of_strangers
from flows.progress import Progress
from flows.settings import Project
from transforms.contracts import SOURCES
from transforms.errors import RetierError, WrongUseError
from transforms.facts.rhythm import Kind
from transforms.month import Month
from transforms.pillars.needs import missing_pillars
from transforms.policy import Policy


def check_project(project: Project, month: Month, *, known_until: datetime, progress: Progress) -> CheckReport:
    """Check the sources and the policy of a project.

    Sources of events are sampled, all others are read in full; what is read is staged in a temporary folder.

    Args:
        project: The project.
        month: The month to check.
        known_until: The knowledge cut-off.
        progress: Where progress is shown.
    """
    policy, problems = _policy(project, month)
    rhythm = None
    progress.begin("Checking", len(SOURCES) + 1)
    with TemporaryDirectory(prefix="retier-check-") as scratch:
        looked: dict[str, Looked] = {}
        for name in SOURCES:
            progress.step(name)
            looked[name] = look_at(name, project, month, policy, Path(scratch))
        warn_of_strangers(looked)
        if policy is not None:
            warn_of_unknown_features(looked["usage"], policy)
            rhythm = rhythm_of_usage(looked["usage"], policy, month, _rhythm_set(project))
        progress.step("affordability")
        configured = frozenset[str]().union(*(source.configured for source in looked.values()))
        affordable, more = _affordable(project, policy, month, looked, configured, known_until)
    progress.end()
    # What an unreadable source lacks is unknown, so the components that are made from it are not reported.
    at_best = configured.union(*(_everything_of(name) for name, source in looked.items() if source.is_unreadable))
    return CheckReport(
        month=month,
        policy_version=policy.label if policy else None,
        sources=tuple(source.report for source in looked.values()),
        missing_components=missing_components(policy, at_best) if policy else (),
        missing_pillars=missing_pillars(policy, at_best) if policy else (),
        affordability=affordable,
        usage_rhythm=rhythm,
        problems=(*problems, *more, *_silence(project, policy, month), *_channels(project)),
    )


def _everything_of(source: str) -> set[str]:
    return {source, *(f"{source}.{column}" for column in SOURCES[source].columns)}


def _policy(project: Project, month: Month) -> tuple[Policy | None, tuple[Problem, ...]]:
    try:
        return project.policies.policy_for(month), ()
    except WrongUseError as error:
        return None, (Problem("fail", error.exit_code, str(error)),)


def _rhythm_set(project: Project) -> Kind | None:
    usage = project.settings.sources.get("usage")
    return None if usage is None else usage.rhythm


def _silence(project: Project, policy: Policy | None, month: Month) -> list[Problem]:
    return [] if policy is None else warnings_of_silence(project, policy, month)


def _channels(project: Project) -> list[Problem]:
    """Warn of unusable channels: they fail no run, since a message that fails does not."""
    return [Problem("warn", 0, error) for error in channel_errors(project)]


def _affordable(
    project: Project,
    policy: Policy | None,
    month: Month,
    looked: dict[str, Looked],
    configured: frozenset[str],
    known_until: datetime,
) -> tuple[Affordability | None, tuple[Problem, ...]]:
    """Count who could afford which tier, where every source that this needs is fine."""
    whole = {name: looked[name] for name, table in SOURCES.items() if table.event_time is None}
    is_fine = not any(problem.severity == "fail" for source in whole.values() for problem in source.report.problems)
    tables = {name: source.rows for name, source in whole.items() if source.rows is not None}
    if policy is None or not is_fine or not {"accounts", "subscriptions"} <= set(tables):
        return None, ()
    try:
        return affordability(project, policy, month, tables, configured, known_until), ()
    except RetierError as error:
        return None, (Problem("fail", error.exit_code, str(error)),)

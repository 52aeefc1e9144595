"""`retier criteria`: the published tiering criteria, generated from the policy in force."""

from __future__ import annotations

import os

import typer

from flows.cli.options import Audience, AudienceOption, JsonOption, MonthOption, ProjectOption

EXAMPLE = "retier criteria --audience customer > criteria.md"


def command(
    audience: AudienceOption = Audience.internal,
    month: MonthOption = None,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Print the tiering criteria in force, as Markdown."""
    from flows.cli.output import print_json
    from flows.clock import last_complete_month, now
    from flows.criteria.customer import customer_criteria
    from flows.criteria.internal import internal_criteria
    from flows.criteria.render import render_criteria
    from flows.settings import load_project
    from transforms.month import Month

    read = load_project(project, os.environ)
    when = Month.parse(month) if month is not None else last_complete_month(now())
    policy = read.policies.policy_for(when)
    if audience is Audience.customer:
        criteria = customer_criteria(policy, when)
    else:
        criteria = internal_criteria(policy, read.reasons, when)
    if as_json:
        print_json(criteria)
    else:
        typer.echo(render_criteria(criteria), nl=False)

"""`retier criteria`: the published tiering criteria, generated from the policy in force."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.options import Audience, AudienceOption, JsonOption, MonthOption, ProjectOption

EXAMPLE = "retier criteria --audience customer --format html > criteria.html"


class Format(StrEnum):
    """The format of the criteria."""

    markdown = "markdown"
    html = "html"


FormatOption = Annotated[Format, typer.Option("--format", help="Markdown, or a page for a browser.")]


def command(
    audience: AudienceOption = Audience.internal,
    month: MonthOption = None,
    written_as: FormatOption = Format.markdown,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Print the tiering criteria in force."""
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
        return
    text = render_criteria(criteria)
    if written_as is Format.html:
        # Imported here, since only a page needs the Markdown parser.
        from flows.criteria.page import criteria_page

        text = criteria_page(text)
    typer.echo(text, nl=False)

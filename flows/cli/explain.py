"""`retier explain`: why an account has its tier, and what would change it."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from flows.cli.options import Audience, AudienceOption, JsonOption, ProjectOption, PublishedMonthOption

EXAMPLE = 'retier explain "Acme Corp" --month 2026-10'


def command(
    account: Annotated[str, typer.Argument(help="The account's id, or its name.", show_default=False)],
    month: PublishedMonthOption = None,
    audience: AudienceOption = Audience.internal,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Explain why an account has its tier, and what would change it."""
    from flows.cli.output import console, print_json
    from flows.explain.customer import customer_explanation, show_customer_explanation
    from flows.explain.published import explain
    from flows.explain.show import show_explanation
    from flows.settings import load_project
    from transforms.month import Month

    read = load_project(project, os.environ)
    explained = explain(read, account, Month.parse(month) if month is not None else None)
    if audience is Audience.customer:
        explanation = customer_explanation(explained.explanation, explained.known_policy())
        if as_json:
            print_json(explanation)
        else:
            show_customer_explanation(console(), explanation)
    elif as_json:
        print_json(explained.explanation)
    else:
        show_explanation(console(), explained.explanation, read.settings.currency)

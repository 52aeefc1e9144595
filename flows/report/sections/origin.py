"""Where the numbers come from: run, revision, policy, currency."""

from __future__ import annotations

from flows.report.blocks import Section, Table
from flows.report.numbers import NOT_KNOWN
from flows.report.reading.facts import Facts


def origin(facts: Facts) -> Section:
    """Show the run and the policy that produced the month."""
    run = facts.origin.run
    known_until = run["known_until"]
    return Section(
        name="origin",
        title="Where these numbers come from",
        lead="All numbers are read from the published tables of one run. A later revision of the month may differ; "
        "former ones stay in the table restatements. Queries on this page name tables without a schema: first run "
        "`use retier.retier` in DuckDB, or `set search_path to retier` in PostgreSQL.",
        tables=[
            Table(
                "The run that published the month",
                ["what", "value"],
                [
                    ["month", str(facts.origin.month)],
                    ["revision", str(run["revision"])],
                    ["run", run["run_id"]],
                    ["published", f"{run['finished_at']:%Y-%m-%d %H:%M} UTC"],
                    ["data known until", NOT_KNOWN if known_until is None else f"{known_until:%Y-%m-%d %H:%M} UTC"],
                    ["policy", run["policy_version"]],
                    ["reason of the policy", facts.origin.policy_reason or NOT_KNOWN],
                    ["currency", facts.origin.currency],
                    ["retier", run["retier_version"]],
                ],
                words=2,
            )
        ],
    )

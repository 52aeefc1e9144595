"""Explains an account of a project's warehouse: finds the month, the account and the policy of that month."""

from __future__ import annotations

from dataclasses import dataclass

import yaml
from sqlalchemy import Connection

from flows.explain.explanation import Explanation
from flows.explain.find import find_account
from flows.explain.read import read_explanation
from flows.settings import Project
from flows.status import published
from flows.warehouse import reading
from sql.dialects import read
from transforms.errors import RetierError, WrongUseError
from transforms.month import Month
from transforms.policy import Policy, PolicyBook


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation, and the policy of its month if it is still known."""

    explanation: Explanation
    policy: Policy | None

    def known_policy(self) -> Policy:
        """Return the policy of the month.

        Raises:
            RetierError: If it is neither in the policy file nor can be read from the warehouse.
        """
        if self.policy is None:
            raise RetierError(
                f"the policy {self.explanation.tiers['policy_version']} of {self.explanation.month} can no longer be "
                "read: run the month again under the present policy"
            )
        return self.policy


def explain(project: Project, account: str, month: Month | None) -> Explained:
    """Explain an account's tier in a published month.

    Args:
        project: The project.
        account: The account's id, or its name.
        month: The month; None means the newest published one.

    Raises:
        WrongUseError: If the month is not published, or the account is not known in it.
    """
    with reading(project) as connection:
        if connection is None:
            raise WrongUseError("no month is published yet: retier run publishes the last complete one")
        known = {run.month: run for run in published(connection, project.policies)}
        when = _month(month, sorted(known))
        policy = _policy(connection, project, known[when].policy_version)
        account_id = find_account(connection, account, when)
        return Explained(read_explanation(connection, account_id, when, policy), policy)


def _month(wanted: Month | None, known: list[Month]) -> Month:
    if not known:
        raise WrongUseError("no month is published yet: retier run publishes the last complete one")
    if wanted is not None and wanted not in known:
        raise WrongUseError(f"{wanted} is not published: the published months run from {known[0]} to {known[-1]}")
    return wanted or known[-1]


def _policy(connection: Connection, project: Project, label: str) -> Policy | None:
    """Find the policy of a month in the policy file or, if that was edited since, in the warehouse."""
    for policy in project.policies.versions:
        if policy.label == label:
            return policy
    contents = read(connection, "select content from policies where policy_version = :label", label=label)["content"]
    if contents.is_empty():
        return None
    try:
        return PolicyBook.from_mapping(yaml.safe_load(contents[0])).versions[0]
    except (WrongUseError, yaml.YAMLError):
        # An earlier version of the product wrote it, with rules that this one no longer knows.
        return None

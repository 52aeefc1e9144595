"""Explains an account of a project's warehouse: finds the month, the account and the policy of that month."""

from __future__ import annotations

from dataclasses import dataclass

import yaml
from sqlalchemy import Connection, text

from flows.explain.find import find_account
from flows.explain.model import Explanation
from flows.explain.read import read_explanation
from flows.settings import Project
from flows.status import is_set_up, published_months
from flows.warehouse import reading
from transforms.errors import RetierError, WrongUseError
from transforms.month import Month
from transforms.policy import Policy, PolicyBook

_POLICY = text("select content from retier.policies where policy_version = :label")


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation, and the policy of its month if it is still known."""

    explanation: Explanation
    policy: Policy | None

    def known_policy(self) -> Policy:
        """Give the policy of the month.

        Raises:
            RetierError: If it is neither in the policy file nor can be read from the warehouse.
        """
        if self.policy is None:
            raise RetierError(
                f"the policy {self.explanation.tiers['policy_version']} of {self.explanation.month} cannot be read any "
                "more: run the month again under the present policy"
            )
        return self.policy


def explain(project: Project, account: str, month: Month | None) -> Explained:
    """Explain an account's tier in a published month.

    Args:
        project: The project.
        account: The account's id, or its name.
        month: The month; None takes the newest published one.

    Raises:
        WrongUseError: If the month is not published, or the account is not known in it.
    """
    with reading(project) as connection:
        if connection is None or not is_set_up(connection):
            raise WrongUseError("no month is published yet: retier run publishes the last complete one")
        published = {known.month: known for known in published_months(connection)}
        when = _month(month, sorted(published))
        policy = _policy(connection, project, published[when].policy_version)
        account_id = find_account(connection, account, when)
        return Explained(read_explanation(connection, account_id, when, policy), policy)


def _month(wanted: Month | None, published: list[Month]) -> Month:
    if not published:
        raise WrongUseError("no month is published yet: retier run publishes the last complete one")
    if wanted is not None and wanted not in published:
        raise WrongUseError(f"{wanted} is not published: the newest published month is {published[-1]}")
    return wanted or published[-1]


def _policy(connection: Connection, project: Project, label: str) -> Policy | None:
    """Find the policy of a month in the policy file, else, where that was edited since, in the warehouse."""
    for policy in project.policies.versions:
        if policy.label == label:
            return policy
    content = connection.scalar(_POLICY, {"label": label})
    if content is None:
        return None
    try:
        return PolicyBook.from_mapping(yaml.safe_load(content)).versions[0]
    except (WrongUseError, yaml.YAMLError):
        # An earlier version of the product wrote it, with rules that this one no longer knows.
        return None

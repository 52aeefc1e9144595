"""Everything that a month is computed from, by fingerprints: what a plan compares with what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.snapshot import Snapshot
from flows.settings import Project
from flows.staleness.source_fingerprints import source_prints
from sql.facts import FactStore
from transforms.policy import Policy
from transforms.versions import definitions


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a month is computed from, the months before it aside.

    Attributes:
        policy: Of the policies in force in the month and, where a new one takes effect, before it.
        sources: Of what the month can see of each source.
        definitions: The version of each definition that its results come from.
    """

    policy: str
    sources: Mapping[str, str]
    definitions: Mapping[str, int]

    @property
    def fingerprint(self) -> str:
        """Of all of it."""
        return fingerprint_of(self.policy, dict(self.sources), dict(self.definitions))


def inputs_of(snapshot: Snapshot, project: Project, policy: Policy, store: FactStore) -> Inputs:
    """Return what a month is computed from."""
    former = project.policies.former_policy_for(snapshot.month)
    return Inputs(
        policy=fingerprint_of(policy.fingerprint, former.fingerprint if former else None),
        sources=source_prints(snapshot, store, project.settings.currency),
        definitions=definitions(snapshot.configured),
    )

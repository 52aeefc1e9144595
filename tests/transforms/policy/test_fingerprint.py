"""A policy that says the same keeps its fingerprint when the model learns or loses a key; an edited one does not."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import pytest
from pydantic import create_model

from tests.transforms.policy.edits import reasoned
from transforms.policy.fingerprint import fingerprint_of
from transforms.policy.values import Amount, CameLater, Count, Removed, Section, Words


class Step(Section):
    name: Words
    points: float
    reason: Words


class Limits(Section):
    months: Count
    share: Amount


class Policy(Section):
    version: Words
    limits: Limits
    steps: dict[str, Step]


class LaterStep(Step):
    label: Words
    is_counted: Annotated[bool, CameLater()] = True


class Rhythm(Section):
    weeks: Annotated[Count, CameLater("A month has four.")] = 4


class LaterLimits(Limits):
    share: Amount
    days: Annotated[Count, CameLater("Two weeks.")] = 14


class LaterPolicy(Policy):
    limits: LaterLimits
    steps: dict[str, LaterStep]
    rhythm: Annotated[Rhythm, CameLater()] = Rhythm()


class FewerLimits(Section):
    REMOVED: ClassVar[tuple[Removed, ...]] = (Removed("months", 3, before="share"),)
    share: Amount


class FewestLimits(Section):
    REMOVED: ClassVar[tuple[Removed, ...]] = (Removed("months", 3), Removed("share", 0.5))


def with_limits(limits: type[Section]) -> type[Policy]:
    """The policy with other limits, at the same place."""
    return create_model("WithLimits", __base__=Policy, limits=(limits, ...))


def written(**changes: Any) -> dict[str, Any]:
    step = {"name": "first", "points": 5, "reason": "Tried in a test."}
    limits = {"months": reasoned(3), "share": reasoned(0.5)}
    return {"version": "1", "limits": limits, "steps": {"one": step}} | changes


def with_labels(**keys: Any) -> dict[str, Any]:
    content = written()
    content["steps"]["one"] |= {"label": "a label"} | keys
    return content


def fingerprint(model: type[Section], content: dict[str, Any]) -> str:
    return fingerprint_of(model.model_validate(content), left_out={"version"})


BEFORE = fingerprint(Policy, written())


def test_the_fingerprint_of_the_same_values_stays_for_ever() -> None:
    assert BEFORE == "9b941177a1e43f8e651074d77bbb57ee25f3484698ebc80a9f4069cf2f502979"


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({}, id="absent"),
        pytest.param({"days": reasoned(14)}, id="equal_to_the_default_when_it_came"),
    ],
)
def test_a_key_that_came_later_and_says_what_was_so_changes_nothing(later: dict[str, Any]) -> None:
    content = with_labels()
    content["limits"] |= later
    assert fingerprint(LaterPolicy, content) == BEFORE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(written()["limits"] | {"days": reasoned(15)}, id="number"),
        pytest.param(written()["limits"] | {"months": reasoned(4)}, id="older_number"),
    ],
)
def test_a_number_that_a_person_changes_makes_another_policy(content: dict[str, Any]) -> None:
    assert fingerprint(LaterPolicy, with_labels() | {"limits": content}) != BEFORE


def test_a_key_of_a_component_counts_once_a_person_uses_it() -> None:
    assert fingerprint(LaterPolicy, with_labels(is_counted=True)) == BEFORE
    assert fingerprint(LaterPolicy, with_labels(is_counted=False)) != BEFORE


@pytest.mark.parametrize(
    ("rhythm", "is_same"), [({}, True), ({"weeks": reasoned(4)}, True), ({"weeks": reasoned(5)}, False)]
)
def test_a_section_that_came_later_counts_once_a_person_changes_it(rhythm: dict[str, Any], is_same: bool) -> None:
    assert (fingerprint(LaterPolicy, with_labels() | {"rhythm": rhythm}) == BEFORE) is is_same


def test_another_label_is_the_same_policy() -> None:
    assert fingerprint(LaterPolicy, with_labels(label="another label")) == BEFORE


@pytest.mark.parametrize("limits", [FewerLimits, FewestLimits])
def test_a_removed_key_counts_as_it_was_by_default(limits: type[Section]) -> None:
    left = {key: value for key, value in written()["limits"].items() if key in limits.model_fields}
    assert fingerprint(with_limits(limits), written(limits=left)) == BEFORE


def test_who_had_changed_a_removed_key_has_another_policy_now() -> None:
    changed = written(limits={"months": reasoned(4), "share": reasoned(0.5)})
    now = fingerprint(with_limits(FewerLimits), written(limits={"share": reasoned(0.5)}))
    assert now != fingerprint(Policy, changed)

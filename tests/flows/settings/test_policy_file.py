"""The policy file: errors with their lines, reasons, and the version written out whole."""

from __future__ import annotations

from typing import Annotated

import pytest
import yaml
from pydantic import create_model

from flows.settings import default_policy, default_policy_text, load_policy_file
from flows.settings.policy_text import write_policy
from flows.settings.yaml_file import FileError
from transforms.errors import WrongUseError
from transforms.month import Month
from transforms.policy import Policy, PolicyBook
from transforms.policy.values import CameLater, Count

MARGIN = "margin: {value: 5,"
LATER = """\
  - version: later
    based_on: "1"
    effective_month: 2026-01
    reason: Tried for a year.
    movement:
      margin: {value: 3, reason: "Less noise than we thought."}
"""


@pytest.fixture
def load(tmp_path):
    def loaded(text: str, **environ: str):
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return load_policy_file(path, environ)

    return loaded


def versions(*more: str) -> str:
    first = "".join(f"    {line}\n" for line in default_policy_text().splitlines())
    return "versions:\n  -\n" + first + "".join(more)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_default_policy_is_right():
    assert [policy.version for policy in default_policy().versions] == ["1"]


def test_every_number_of_the_default_policy_has_a_reason(load):
    file = load(default_policy_text())
    written = write_policy(file.book.versions[0], file.reasons)

    assert "not recorded" not in written


def test_errors_name_place_line_value_and_what_was_expected(load):
    text = default_policy_text().replace(MARGIN, "margin: {value: 500,").replace("weight: 25", "wieght: 25", 1)

    with pytest.raises(FileError) as caught:
        load(text)

    message = str(caught.value)
    assert f"movement.margin (line {line_of(text, 'margin: {value: 500')}): got 500" in message
    assert f"pillars.health.usage_trend.wieght (line {line_of(text, 'wieght')}): got 25, unknown key" in message
    assert f"pillars.health.usage_trend.weight (line {line_of(text, 'usage_trend:')}): missing" in message
    assert "policy.yaml" in message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("renewal_grace_days: {value: 30,", "renewal_grace_days: {value: 030,",
                     "metrics.renewal_grace_days.value (line {}): got 030, which some read to base 8", id="030"),
        pytest.param("renewal_grace_days: {value: 30,", "renewal_grace_days: {value: 1:30,",
                     "metrics.renewal_grace_days.value (line {}): got 1:30, which some read to base 60", id="1:30"),
        pytest.param("renewal_grace_days: {value: 30,", "renewal_grace_days: {value: 99999999,",
                     "metrics.renewal_grace_days (line {}): got 99999999, expected less than or equal to 36600",
                     id="99999999 days"),
        pytest.param("minimum_amount: {value: 50000,", "minimum_amount: {value: 5e4,",
                     "actions.expansion_talk.minimum_amount (line {}): got '5e4', expected a valid number, written "
                     "without quotes in digits with at most one point", id="exponent"),
        pytest.param("effective_month: 2000-01", "effective_month: 2000-01-15",
                     "effective_month (line {}): got '2000-01-15', expected a month as YYYY-MM", id="day for a month"),
        pytest.param("effective_month: 2000-01", "effective_month: 1800-01",
                     "effective_month (line {}): got '1800-01', expected a month as YYYY-MM, from 1900-01 on",
                     id="month before 1900"),
        pytest.param("is_actionable: true\n      reason: Falling", "is_actionable: yes\n      reason: Falling",
                     "is_actionable (line {}): got 'yes', expected a valid boolean, written as true or false",
                     id="yes for true"),
    ],
)  # fmt: skip
def test_a_value_that_means_something_else_than_it_says_is_refused_with_its_line(load, before, after, expected):
    text = default_policy_text()
    assert text.count(before) == 1
    text = text.replace(before, after)

    with pytest.raises(FileError) as caught:
        load(text)

    assert expected.format(line_of(text, after.partition("\n")[0])) in str(caught.value)
    assert str(caught.value).startswith("1 error in ")


def test_a_version_is_not_based_on_what_a_number_reads_as(load):
    text = versions(LATER.replace('based_on: "1"', "based_on: 1.10")).replace('version: "1"', 'version: "1.1"')

    with pytest.raises(FileError, match=r"versions\.1\.based_on \(line \d+\): got 1\.1, expected an earlier version"):
        load(text)


def test_silence_may_be_off_without_quotes(load):
    text = default_policy_text()
    start, end = text.index("silence:\n"), text.index("freshness:\n  usage_days")

    assert load(text[:start] + "silence: off\n\n" + text[end:]).book.versions[0].silence is None


def test_a_value_from_the_environment_is_named_and_not_shown(load):
    with pytest.raises(FileError, match=r"margin.*got '\$\{MARGIN\}', expected a valid number") as caught:
        load(default_policy_text().replace(MARGIN, 'margin: {value: "${MARGIN}",'), MARGIN="hunter2")

    assert "hunter2" not in str(caught.value)


def test_a_number_may_come_from_the_environment(load):
    text = default_policy_text().replace(
        'promotion_dwell_months: {value: 2, reason: "', 'promotion_dwell_months:\n    value: ${DWELL}\n    reason: "'
    ).replace('One good month is not a trend."}', 'One good month is not a trend."')  # fmt: skip

    assert load(text, DWELL="4").book.versions[0].movement.promotion_dwell_months == 4


def test_what_a_version_inherits_is_reported_once(load):
    text = versions(LATER).replace("demotion_dwell_months: {value: 3", "demotion_dwell_months: {value: 0")

    with pytest.raises(FileError) as caught:
        load(text)

    assert [error.path for error in caught.value.errors] == [("versions", 0, "movement", "demotion_dwell_months")]


def test_what_a_version_says_itself_is_reported_with_it(load):
    text = versions(LATER).replace('{value: 3, reason: "Less', '{value: -3, reason: "Less')

    with pytest.raises(FileError) as caught:
        load(text)

    assert f"versions.1.movement.margin (line {line_of(text, 'value: -3')})" in str(caught.value)


def test_reasons_come_from_the_version_that_gave_the_number(load):
    reasons = load(versions(LATER)).reasons

    assert reasons.of("later", ("movement", "margin")) == "Less noise than we thought."
    assert reasons.of("1", ("movement", "margin")) == "Crossing a boundary by less than this is noise."
    assert (
        reasons.of("later", ("lift", "months")) == "One better month is no recovery, and help takes a quarter to work."
    )
    assert reasons.of("later", ("lift", "nonsense")) is None
    assert reasons.of("nobody", ("lift", "months")) is None


def test_a_version_written_out_reads_back_as_itself(load):
    file = load(versions(LATER))
    later = file.book.policy_for(Month.parse("2026-05"))

    read_back = PolicyBook.from_mapping(yaml.safe_load(write_policy(later, file.reasons))).versions[0]

    assert read_back == later
    assert read_back.label == later.label
    assert "Less noise than we thought." in write_policy(later, file.reasons)


def test_a_key_that_the_file_lacks_is_written_out_with_the_reason_of_its_default(load):
    file = load(default_policy_text())
    later = create_model("Later", __base__=Policy, weeks=(Annotated[Count, CameLater("A month has four.")], 4))
    policy = later.model_construct(**dict(file.book.versions[0]), weeks=4)

    written = yaml.safe_load(write_policy(policy, file.reasons))

    assert written["weeks"] == {"value": 4, "reason": "A month has four."}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WrongUseError, match=r"policy.yaml is missing: `retier init`"):
        load_policy_file(tmp_path / "policy.yaml", {})


@pytest.mark.parametrize("text", ["", "- 1", "version: 1", "just words", "versions: []", "versions: {}"])
def test_what_is_no_policy_at_all_is_refused(load, text):
    with pytest.raises(FileError):
        load(text)


def older_than(*sections: str) -> str:
    written = yaml.safe_load(default_policy_text())
    return yaml.safe_dump({name: value for name, value in written.items() if name not in sections}, sort_keys=False)


def test_sections_that_came_later_are_the_default_ones_in_an_older_file(load):
    file = load(older_than("segments", "actions", "staffing", "notifications"))

    assert file.book.versions[0].label == default_policy().versions[0].label
    assert "not recorded" not in write_policy(file.book.versions[0], file.reasons)


def test_a_version_based_on_another_inherits_its_own_sections_and_not_the_default(load):
    edited = default_policy_text().replace("handover_absence_days: {value: 14", "handover_absence_days: {value: 9")
    text = "versions:\n  -\n" + "".join(f"    {line}\n" for line in edited.splitlines()) + LATER

    assert load(text).book.versions[1].staffing.handover_absence_days == 9


def test_other_sections_are_asked_for(load):
    with pytest.raises(FileError, match="lift: missing"):
        load(older_than("lift"))

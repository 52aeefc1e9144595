"""Policy files of before: refused in one message, and brought up to date beside the old one."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
import yaml

from flows.settings import default_policy, default_policy_text, load_policy_file, upgrade_policy_file
from flows.settings.former_policy import FormerPolicyError
from flows.settings.yaml_edit import root_of
from transforms.errors import WrongUseError

STORED = Path(__file__).parents[2] / "upgrading" / "stored" / "0.1.0-duckdb.tar.gz"
OWN_RECENCY = ("score: {kind: half_life, days: 14}", "score: {kind: half_life, days: 30}  # monthly rows")
LATER = """\
  - version: later
    based_on: "1"
    effective_month: 2026-01
    reason: Tried for a year.
    metrics:
      trend_minimum_events: {value: 35, reason: "Our events are small."}
    lift:
      ill_below: {value: 40, reason: "Fewer alarms."}
"""


@pytest.fixture(scope="module")
def former() -> str:
    """The default policy as 0.1.0 wrote it."""
    with tarfile.open(STORED) as stored:
        return stored.extractfile(next(one for one in stored if one.name.endswith("policy.yaml"))).read().decode()


@pytest.fixture
def upgrade(tmp_path):
    def upgraded(text: str):
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        target, result = upgrade_policy_file(path, {})
        assert path.read_text(encoding="utf-8") == text
        assert target.read_text(encoding="utf-8") == result.text
        return result, load_policy_file(target, {}).book

    return upgraded


def versions(first: str, more: str) -> str:
    return "versions:\n  -\n" + "".join(f"    {line}\n" for line in first.splitlines()) + more


def test_one_message_names_what_is_missing_gone_and_changed_and_the_command(former, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(former)

    with pytest.raises(FormerPolicyError) as refused:
        load_policy_file(path, {})

    message = str(refused.value)
    assert "missing 31 keys: scoring.health_minimum_coverage_share" in message
    assert "no longer known: metrics.trend_minimum_events (line 190)" in message
    assert "changed in meaning: pillars.health.usage_trend (line 19: " in message
    assert f"`retier init --upgrade-policy --project {tmp_path}`" in message


def test_a_mistake_in_a_file_of_before_is_named_too(former, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(former.replace("margin: {value: 5,", "margin: {value: five,"))

    with pytest.raises(FormerPolicyError, match=r"movement\.margin \(line \d+\): got 'five'"):
        load_policy_file(path, {})


def test_a_key_that_is_missing_from_a_file_of_today_is_an_ordinary_error(tmp_path):
    lines = default_policy_text().splitlines(keepends=True)
    path = tmp_path / "policy.yaml"
    path.write_text("".join(line for line in lines if "trend_prior_events:" not in line))

    with pytest.raises(WrongUseError, match=r"1 error .*metrics\.trend_prior_events"):
        load_policy_file(path, {})


def test_the_former_default_becomes_what_the_default_is_today(former, upgrade):
    result, book = upgrade(former)

    assert result.to_decide == ()
    default, today = (policy.versions[0].model_dump(mode="json") for policy in (book, default_policy()))
    assert without_words(default) == without_words(today)


@pytest.mark.parametrize(
    ("metric", "wording"),
    [
        pytest.param("arr", "the size of your contract", id="value-is-the-contract"),
        pytest.param("seat_saturation_share", None, id="value-is-another-metric"),
    ],
)
def test_customers_are_told_of_the_size_of_their_contract_where_it_is_their_value(former, upgrade, metric, wording):
    _, book = upgrade(former.replace("metric: arr\n", f"metric: {metric}\n"))

    assert book.versions[0].pillars.value["arr"].customer_wording == wording


def test_every_comment_and_what_is_not_concerned_stays(former, upgrade):
    result, _ = upgrade(former)

    comments = [line for line in former.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in result.text.splitlines() if line in comments] == comments
    kept = set(former.splitlines()) & set(result.text.splitlines())
    assert len(kept) > 0.9 * len(set(former.splitlines()))


def test_a_score_of_ones_own_for_what_means_something_else_becomes_a_comment(former, upgrade):
    result, book = upgrade(former.replace(*OWN_RECENCY))

    assert book.versions[0].pillars.health["usage_recency"].score.days == 14
    assert "    # before: {score: {kind: half_life, days: 30}, reason: " in result.text
    assert [sentence.split()[0] for sentence in result.to_decide] == ["pillars.health.usage_recency"]


def test_values_of_ones_own_are_kept_and_named(former, upgrade):
    result, book = upgrade(former.replace("ill_below: {value: 45,", "ill_below: {value: 47,"))

    assert book.versions[0].lift.ill_below == 47
    assert result.to_decide == ("lift.ill_below is kept at 47: the default went from 45 to 50",)


def test_every_version_is_brought_up_to_date_where_it_is_written(former, upgrade):
    result, book = upgrade(versions(former, LATER))

    assert [policy.version for policy in book.versions] == ["1", "later"]
    assert [policy.lift.ill_below for policy in book.versions] == [50, 40]
    assert yaml.safe_load(result.text)["versions"][1].keys() == {
        "version", "based_on", "effective_month", "reason", "lift"
    }  # fmt: skip
    assert [sentence.split()[0] for sentence in result.to_decide] == [
        "versions.1.metrics.trend_minimum_events",
        "versions.1.lift.ill_below",
    ]


@pytest.mark.parametrize("section", ["metrics", "lift", "scoring"])
def test_sections_in_braces_are_brought_up_to_date_as_well(former, upgrade, section):
    node = next(value for key, value in root_of(former).value if key.value == section)
    written = yaml.safe_dump(yaml.safe_load(former)[section], default_flow_style=True, width=float("inf")).strip()
    start, end = node.start_mark.index, node.end_mark.index
    _, book = upgrade(former[:start].rstrip() + f" {written}\n" + former[end:])

    today = default_policy().versions[0]
    assert getattr(book.versions[0], section) == getattr(today, section)


def test_what_cannot_be_supplied_is_left_to_a_person(former, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(former.replace("margin: {value: 5,", "margin: {value: five,"))

    _, result = upgrade_policy_file(path, {})

    assert len(result.to_decide) == 1
    assert "movement.margin" in result.to_decide[0]


def test_an_existing_file_is_not_overwritten(former, tmp_path):
    (tmp_path / "policy.yaml").write_text(former)
    (tmp_path / "policy.new.yaml").write_text("mine")

    with pytest.raises(WrongUseError, match="exists already"):
        upgrade_policy_file(tmp_path / "policy.yaml", {})
    assert (tmp_path / "policy.new.yaml").read_text() == "mine"


def test_a_file_of_today_needs_nothing(tmp_path):
    (tmp_path / "policy.yaml").write_text(default_policy_text())

    with pytest.raises(WrongUseError, match="is up to date"):
        upgrade_policy_file(tmp_path / "policy.yaml", {})


def without_words(value):
    """Leave out the texts for people, which later versions word otherwise."""
    if isinstance(value, dict):
        return {key: without_words(inner) for key, inner in value.items() if key not in {"reason", "wording"}}
    return [without_words(inner) for inner in value] if isinstance(value, list) else value

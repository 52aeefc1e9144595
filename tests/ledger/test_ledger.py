"""No result moves without a raised version: what sample months come to, against the committed ledger."""

from __future__ import annotations

import pytest

from sql.row_digest import RowDigest
from tests.ledger.results import SAMPLE, Entry, read_ledger, rests_on, results_of_today, unexplained, versions
from transforms.versions import STAGES

WHAT_TO_DO = (
    "If that is meant, add a line to VERSIONS beside the code that changed, which tells users what is different and "
    "makes their months be computed anew; then run `make ledger`. If it is not meant, the change has a bug."
)


@pytest.fixture(scope="module")
def today(tmp_path_factory) -> dict[str, Entry]:
    return results_of_today(tmp_path_factory.mktemp("ledger") / "demo")


def test_no_result_moved_without_a_raised_version(today):
    moved = unexplained(read_ledger(), today)

    assert not moved, f"the results of {', '.join(moved)} moved, and no version was raised. {WHAT_TO_DO}"


def test_the_ledger_has_what_the_code_comes_to(today):
    ledger = read_ledger()
    behind = [name for name, entry in today.items() if ledger.get(name) != entry]

    assert not behind, f"the ledger lacks {', '.join(behind)}: run `make ledger` and commit tests/ledger/ledger.json"


def test_the_ledger_has_every_definition_in_its_version_and_no_other():
    ledger = read_ledger()

    assert {name: entry.version for name, entry in ledger.items()} == versions(), "run `make ledger` and commit it"


def test_every_definition_comes_to_something(today):
    assert RowDigest().text not in {entry.fingerprint for entry in today.values()}


LEDGER = {name: Entry(1, "as it was") for name in versions()}


def moved(*names: str, **raised: int) -> dict[str, Entry]:
    return {
        name: Entry(raised.get(name, 1), "another" if name in names else entry.fingerprint)
        for name, entry in LEDGER.items()
    }


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(moved(), [], id="nothing-moved"),
        pytest.param(moved("tickets", "tiers"), ["tickets", "tiers"], id="moved-without-a-version"),
        pytest.param(moved("tickets", tickets=2), [], id="raised"),
        pytest.param(moved("tickets", "health", "tiers", tickets=2), [], id="what-rests-on-a-raised-one-may-move"),
        pytest.param(moved("tickets", "tiers", tiers=2), ["tickets"], id="a-later-one-explains-nothing"),
        pytest.param(moved("tickets", usage=2), ["tickets"], id="facts-of-another-source-explain-nothing"),
        pytest.param(moved("usage_history", usage=2), [], id="the-history-rests-on-usage"),
        pytest.param(moved(SAMPLE, "tickets", "tiers"), [], id="another-sample-explains-all"),
    ],
)
def test_what_moved_is_explained_by_a_raised_version_before_it(now, expected):
    assert unexplained(LEDGER, now) == expected


def test_stages_rest_on_those_before_them():
    assert rests_on("load")[-len(STAGES) :] == list(STAGES)

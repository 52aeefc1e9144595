"""Versions of a policy: each in force for its own months, later ones resting on earlier ones."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.transforms.policy.edits import GONE, edit, reasoned
from transforms.errors import WrongUseError
from transforms.month import Month
from transforms.policy import PolicyBook
from transforms.policy.book import PolicyError

JUNE = {"version": "2", "effective_month": "2025-06", "based_on": "1"}


def book(first: dict[str, Any], *later: dict[str, Any]) -> PolicyBook:
    return PolicyBook.from_mapping({"versions": [first, *later]})


def month(text: str) -> Month:
    return Month.parse(text)


class TestInForce:
    """policy_for and former_policy_for."""

    @pytest.fixture
    def three(self, written: dict[str, Any]) -> PolicyBook:
        """Version 1 from 2020, 2 from June to August 2025, 3 from December 2025."""
        first = edit(written, "effective_month", "2020-01")
        second = JUNE | {"until_month": "2025-08", "movement": {"margin": reasoned(4)}}
        third = {"version": "3", "effective_month": "2025-12", "based_on": "1", "movement": {"margin": reasoned(6)}}
        return book(first, second, third)

    @pytest.mark.parametrize(
        ("at", "version"),
        [
            ("2020-01", "1"),
            ("2025-05", "1"),
            ("2025-06", "2"),
            ("2025-08", "2"),
            ("2025-12", "3"),
            ("2999-01", "3"),
        ],
    )
    def test_version_of_a_month(self, three: PolicyBook, at: str, version: str) -> None:
        assert three.policy_for(month(at)).version == version
        assert three.find(month(at)) is three.policy_for(month(at))

    @pytest.mark.parametrize("at", ["2019-12", "2025-09", "2025-11"], ids=["before_the_first", "gap", "end_of_gap"])
    def test_month_without_a_version_is_an_error(self, three: PolicyBook, at: str) -> None:
        assert three.find(month(at)) is None
        with pytest.raises(WrongUseError, match=f"no policy is in force in {at}: the first begins in 2020-01"):
            three.policy_for(month(at))

    @pytest.mark.parametrize(
        ("at", "former"),
        [
            ("2020-01", None),
            ("2025-05", None),
            ("2025-06", "1"),
            ("2025-07", None),
            ("2025-09", None),
            ("2025-12", None),
        ],
        ids=["first_of_all", "month_before", "takes_effect", "month_after", "gap_begins", "after_a_gap"],
    )
    def test_former_version_only_where_a_new_one_takes_effect(
        self, three: PolicyBook, at: str, former: str | None
    ) -> None:
        found = three.former_policy_for(month(at))
        assert (found and found.version) == former

    def test_version_with_other_words_only_has_no_former(self, written: dict[str, Any]) -> None:
        same = book(written, JUNE | {"reason": "Nothing but a new name."})
        assert same.policy_for(month("2025-06")).version == "2"
        assert same.former_policy_for(month("2025-06")) is None

    def test_versions_may_be_written_in_any_order(self, written: dict[str, Any]) -> None:
        earlier = copy.deepcopy(written) | {"version": "0", "effective_month": "1990-01"}
        assert [one.version for one in book(written, earlier).versions] == ["0", "1"]


class TestBasedOn:
    """A version names only what it changes."""

    def test_the_rest_is_inherited(self, written: dict[str, Any]) -> None:
        first, second = book(written, JUNE).versions
        assert second.effective_month == month("2025-06")
        assert second.fingerprint == first.fingerprint
        assert second.reason == first.reason

    def test_a_number_is_replaced_with_its_reason(self, written: dict[str, Any]) -> None:
        first, second = book(written, JUNE | {"movement": {"margin": reasoned(4)}}).versions
        assert second.movement.margin == 4
        assert second.movement == first.movement.model_copy(update={"margin": 4.0})

    def test_a_component_is_changed_key_by_key(self, written: dict[str, Any]) -> None:
        growth = {"usage_growth": {"weight": 30}, "user_growth": {"weight": 10}}
        first, second = book(written, JUNE | {"pillars": {"growth": growth}}).versions
        assert second.pillars.growth["usage_growth"].weight == 30
        assert second.pillars.growth["usage_growth"].score == first.pillars.growth["usage_growth"].score
        assert list(second.pillars.growth) == list(first.pillars.growth)

    def test_a_scoring_function_is_replaced_as_a_whole(self, written: dict[str, Any]) -> None:
        bands = {"kind": "bands_at_least", "bands": [{"limit": 0.1, "points": 100}], "otherwise": 0}
        changes = {"pillars": {"growth": {"usage_growth": {"score": bands}}}}
        assert book(written, JUNE | changes).versions[1].pillars.growth["usage_growth"].score.kind == "bands_at_least"

    def test_a_list_is_replaced_as_a_whole(self, written: dict[str, Any]) -> None:
        only = [{"code": "community", "wording": "The community", "reason": "It answers."}]
        changes = {"engagement": {"high_touch": {"entitlements": only}}}
        entitlements = book(written, JUNE | changes).versions[1].engagement.high_touch.entitlements
        assert [one.code for one in entitlements] == ["community"]

    def test_the_end_is_not_inherited(self, written: dict[str, Any]) -> None:
        first = edit(written, "until_month", "2025-05")
        assert book(first, JUNE).versions[1].until_month is None

    def test_versions_may_rest_on_one_that_rests_on_another(self, written: dict[str, Any]) -> None:
        second = JUNE | {"movement": {"margin": reasoned(4)}}
        third = {"version": "3", "effective_month": "2025-09", "based_on": "2", "lift": {"months": reasoned(2)}}
        last = book(written, second, third).versions[2]
        assert (last.movement.margin, last.lift.months) == (4, 2)

    def test_the_base_is_left_as_it_is(self, written: dict[str, Any]) -> None:
        alone = PolicyBook.from_mapping(copy.deepcopy(written)).versions[0]
        changed = JUNE | {"movement": {"margin": reasoned(4)}, "pillars": {"value": {"arr": {"reason": "Other."}}}}
        assert book(written, changed).versions[0] == alone

    @pytest.mark.parametrize("base", ["3", "2", None, 1.5], ids=["unknown", "itself", "nothing", "number"])
    def test_unknown_base_is_refused(self, written: dict[str, Any], base: object) -> None:
        with pytest.raises(PolicyError, match=r"versions\.1\.based_on: got .*, expected an earlier version \(1\)"):
            book(written, JUNE | {"based_on": base})

    def test_a_later_version_is_no_base(self, written: dict[str, Any]) -> None:
        with pytest.raises(
            PolicyError, match=r"versions\.0\.based_on: got '1', expected an earlier version \(none yet"
        ):
            PolicyBook.from_mapping({"versions": [JUNE, written]})

    def test_fault_in_a_version_is_placed_in_it(self, written: dict[str, Any]) -> None:
        with pytest.raises(PolicyError, match=r"versions\.1\.movement\.margin: got 'five', expected a valid number"):
            book(written, JUNE | {"movement": {"margin": reasoned("five")}})

    @pytest.mark.parametrize("number", [4, {"value": 4}], ids=["bare", "without_reason"])
    def test_a_new_number_does_not_keep_the_former_reason(self, written: dict[str, Any], number: object) -> None:
        with pytest.raises(PolicyError, match=r"versions\.1\.movement\.margin: got .*4.*, expected \{value: "):
            book(written, JUNE | {"movement": {"margin": number}})

    def test_a_scoring_function_may_be_changed_in_part(self, written: dict[str, Any]) -> None:
        changes = {"pillars": {"growth": {"usage_growth": {"score": {"hi": 0.6}}}}}
        score = book(written, JUNE | changes).versions[1].pillars.growth["usage_growth"].score
        assert (score.kind, score.lo, score.hi) == ("linear", -0.2, 0.6)


class TestOverlaps:
    """One version per month."""

    @pytest.mark.parametrize(
        ("first_until", "second_from"),
        [(None, "2000-01"), ("2025-06", "2025-06"), ("2025-07", "2025-06")],
        ids=["same_first_month", "last_month_is_the_next_ones_first", "ends_after_the_next_begins"],
    )
    def test_overlapping_dates_are_refused(
        self, written: dict[str, Any], first_until: str | None, second_from: str
    ) -> None:
        first = written | ({"until_month": first_until} if first_until else {})
        with pytest.raises(PolicyError, match=r"effective_month: got .* dates overlap: version '2' begins") as caught:
            book(first, JUNE | {"effective_month": second_from})
        assert second_from in str(caught.value)

    def test_versions_that_follow_at_once_do_not_overlap(self, written: dict[str, Any]) -> None:
        assert len(book(edit(written, "until_month", "2025-05"), JUNE).versions) == 2

    def test_forgotten_first_month_is_an_overlap(self, written: dict[str, Any]) -> None:
        with pytest.raises(PolicyError, match="dates overlap"):
            book(written, {"version": "2", "based_on": "1"})

    def test_one_name_for_two_versions_is_refused(self, written: dict[str, Any]) -> None:
        with pytest.raises(PolicyError, match="version: got '1', expected each version's name once"):
            book(written, edit(copy.deepcopy(JUNE), "version", GONE))

"""Laws of the step that hold for any state and any features, whether or not a history leads there."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from math import ceil
from typing import Any, NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.transforms.tiers.factory import MONTH, as_published, features, rank, state, step_rows
from tests.transforms.tiers.strategies import Account, befores, crowds, nows, populations
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers import step

SOME = settings(max_examples=20)
FEW = settings(max_examples=10)


class Stay(NamedTuple):
    """An account that was in scope before and is: its published state, its features, its stepped row."""

    before: dict[str, Any]
    now: dict[str, Any]
    row: dict[str, Any]

    @property
    def was(self) -> int:
        return rank(self.before["base"])

    @property
    def became(self) -> int:
        return rank(self.row["base_tier_without_override"])

    @property
    def is_up(self) -> bool:
        return rank(self.row["target_tier"]) > self.was

    @property
    def is_first_scored(self) -> bool:
        return self.before["is_provisional"] and self.now["priority"] is not None

    @property
    def has_moved_through_the_gates(self) -> bool:
        """It moved, and neither a first priority, a contract event nor a grant let it through."""
        is_event = "contract_event" in self.row["reasons"].split(",")
        is_grant = self.became > self.was and self.row["floor_tier"] == self.row["base_tier_without_override"]
        return self.was != self.became and not (self.is_first_scored or is_event or is_grant)

    @property
    def streak(self) -> int:
        return self.row["promotion_streak_months" if self.is_up else "demotion_streak_months"]

    @property
    def counted_by(self) -> str:
        """Whose cap counts the move: the ceiling's where the score would have left the account in its place."""
        score_target, ceiling, target = (
            rank(self.row[name]) for name in ("score_target_tier", "ceiling_tier", "target_tier")
        )
        is_pulled = target < self.was and ceiling < score_target and (target == ceiling or score_target >= self.was)
        return "ceiling" if is_pulled else "score"

    def turn(self, policy: Policy) -> tuple[int, float, str]:
        """Longest streak, then distance beyond the bare boundary crossed, then account_id."""
        distance = 0.0
        if self.counted_by == "score":
            edge = getattr(policy.movement.boundaries, TIERS[self.was + 1 if self.is_up else self.was])
            distance = self.now["priority"] - edge if self.is_up else edge - self.now["priority"]
        return -self.streak, -distance, self.now["account_id"]


def stays(accounts: list[Account], policy: Policy) -> list[Stay]:
    stepped = step_rows(befores(accounts), nows(accounts), policy)
    return [
        Stay(account.before, account.now, stepped[account.now["account_id"]])
        for account in accounts
        if account.before is not None and account.now is not None
    ]


@FEW
@given(populations(), st.integers(0, 1000))
def test_order_of_rows_does_not_matter(policy: Policy, accounts: list[Account], seed: int) -> None:
    before, now = state(befores(accounts)), features(nows(accounts))
    shuffled = [one.collect().sample(fraction=1, shuffle=True, seed=seed).lazy() for one in (before, now)]
    straight = step(before, now, policy, MONTH).collect().sort("account_id")
    assert_frame_equal(step(*shuffled, policy, MONTH).collect().sort("account_id"), straight, check_exact=True)


@FEW
@given(populations())
def test_every_account_in_scope_has_one_whole_row_and_nobody_else(policy: Policy, accounts: list[Account]) -> None:
    stepped = step(state(befores(accounts)), features(nows(accounts)), policy, MONTH).collect()
    assert sorted(stepped["account_id"]) == sorted(row["account_id"] for row in nows(accounts))
    required = [name for name in PUBLISHED["account_tiers"].required if name in stepped.columns]
    assert stepped.select(required).null_count().row(0) == (0,) * len(required)


@SOME
@given(populations())
def test_without_a_priority_only_grant_override_or_ceiling_move(policy: Policy, accounts: list[Account]) -> None:
    for stay in stays(accounts, policy):
        if stay.now["priority"] is not None:
            continue
        if stay.became > stay.was:
            assert stay.row["base_tier_without_override"] == stay.now["grant_floor_tier"]
        if stay.became < stay.was:
            assert rank(stay.row["ceiling_tier"]) < stay.was
        if stay.row["base_tier"] != stay.row["base_tier_without_override"]:
            assert stay.row["base_tier"] == stay.now["override_tier"]
        assert stay.row["decided_by"] not in ("score", "contract_event")


@SOME
@given(populations(), st.floats(0, 40))
def test_more_priority_never_gives_a_lower_target(policy: Policy, accounts: list[Account], more: float) -> None:
    def raised(row: dict[str, Any]) -> dict[str, Any]:
        return row if row["priority"] is None else row | {"priority": min(100.0, row["priority"] + more)}

    low = step_rows(befores(accounts), nows(accounts), policy)
    high = step_rows(befores(accounts), [raised(row) for row in nows(accounts)], policy)
    for account_id, row in low.items():
        for name in ("score_target_tier", "target_tier"):
            assert rank(high[account_id][name]) >= rank(row[name])
        assert high[account_id]["ceiling_tier"] == row["ceiling_tier"]


@SOME
@given(crowds())
def test_the_cap_lets_the_first_in_the_queue_leave_and_no_more(policy: Policy, accounts: list[Account]) -> None:
    cap = policy.movement.move_cap
    shares = {"score": cap.score_share, "ceiling": cap.ceiling_share}
    standing = Counter(rank(row["base"]) for row in befores(accounts))
    gone, waiting = defaultdict(list), defaultdict(list)
    for stay in stays(accounts, policy):
        if stay.has_moved_through_the_gates:
            gone[stay.was, stay.counted_by].append(stay.turn(policy))
        elif stay.row["blocked_by"] == "move_cap":
            waiting[stay.was, stay.counted_by].append(stay.turn(policy))
    for queue in gone.keys() | waiting.keys():
        tier, kind = queue
        most = max(cap.minimum_accounts, ceil(round(shares[kind] * standing[tier], 9)))
        assert len(gone[queue]) <= most
        if waiting[queue]:
            assert len(gone[queue]) == most
            assert max(gone[queue]) < min(waiting[queue])


@SOME
@given(populations() | crowds())
def test_gated_moves_keep_dwell_freezes_cooldown_and_step(policy: Policy, accounts: list[Account]) -> None:
    movement = policy.movement
    for stay in stays(accounts, policy):
        if not stay.has_moved_through_the_gates:
            continue
        assert abs(stay.became - stay.was) <= movement.maximum_step_ranks
        last = stay.before["last_base_move_month"]
        assert last is None or Month.of(last) + movement.cooldown_months <= MONTH
        assert stay.row["last_base_move_month"] == MONTH.first_day
        if stay.is_up:
            assert stay.streak >= movement.promotion_dwell_months
        else:
            assert stay.streak >= movement.demotion_dwell_months
            is_frozen = stay.now["has_renewal_freeze"] or stay.now["has_open_escalation"]
            assert not is_frozen or stay.streak >= movement.freezes_give_way_months


@SOME
@given(populations())
def test_rows_agree_with_themselves(policy: Policy, accounts: list[Account]) -> None:
    for row in step_rows(befores(accounts), nows(accounts), policy).values():
        base, reasons = row["base_tier_without_override"], row["reasons"].split(",")
        assert (base == row["target_tier"]) == (row["blocked_by"] is None)
        assert row["blocked_by"] is None or row["blocked_by"] in reasons
        assert reasons[0] == row["decided_by"]
        assert len(set(reasons)) == len(reasons)
        lift = rank(row["tier_without_override"]) - rank(base)
        assert lift in (0, 1)
        assert lift == 0 or row["lift_started_month"] is not None
        assert (row["lift_started_month"] is None) == (row["is_lift_affordable"] is None)


@SOME
@given(populations())
def test_nobody_loses_two_ranks_in_a_month(policy: Policy, accounts: list[Account]) -> None:
    """Neither the first priority nor an override is meant: they place an account where it belongs."""
    for stay in stays(accounts, policy):
        lost = rank(stay.before["tier_without_override"]) - rank(stay.row["tier_without_override"])
        assert stay.is_first_scored or lost <= 1


@SOME
@given(populations())
def test_an_override_wins_and_leaves_the_rest_alone(policy: Policy, accounts: list[Account]) -> None:
    """Where nobody is ill or lifted: no lift starts under an override, and one that is hidden holds back a demotion."""
    nothing = dict.fromkeys(("override_tier", "override_start_date", "override_end_date"))
    visible = {"tier", "base_tier", "decided_by", "reasons", "override_start_date", "binding_constraint"}
    visible |= {"binding_constraints", "months_to_wait", "earliest_promotion_month"}
    unlifted = [row | {"lift_started_month": None, "is_lift_in_effect": False} for row in befores(accounts)]
    well = [row | {"health": 80.0, "events": None} for row in nows(accounts)]
    overridden = step_rows(unlifted, well, policy)
    bare = step_rows(unlifted, [row | nothing for row in well], policy)
    for now in well:
        row, without = overridden[now["account_id"]], bare[now["account_id"]]
        assert {name: row[name] for name in row.keys() - visible} == {
            name: without[name] for name in row.keys() - visible
        }
        assert (without["tier"], without["base_tier"]) == (
            row["tier_without_override"],
            row["base_tier_without_override"],
        )
        if now["override_tier"] is not None:
            assert row["tier"] == row["base_tier"] == now["override_tier"]
            assert row["decided_by"] == "override"


@FEW
@given(populations())
def test_published_state_read_back_gives_the_same_step(policy: Policy, accounts: list[Account]) -> None:
    first = step(state(befores(accounts)), features(nows(accounts)), policy, MONTH).collect()
    published = as_published(first, MONTH)
    file = io.BytesIO()
    published.write_parquet(file)
    file.seek(0)
    from_file = pl.read_parquet(file)
    from_rows = pl.DataFrame(published.to_dicts(), schema=PUBLISHED["account_tiers"].schema)
    following = features(nows(accounts))
    expected = step(first.lazy(), following, policy, MONTH + 1).collect().sort("account_id")
    for read_back in (from_file, from_rows):
        again = step(read_back.lazy(), following, policy, MONTH + 1).collect().sort("account_id")
        assert_frame_equal(again, expected, check_exact=True)

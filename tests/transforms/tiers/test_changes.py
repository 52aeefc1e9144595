"""Changes of a month: which are told, in which order, where each leads, which rule is behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.factories import rows
from tests.transforms.tiers.factory import HIGH, LOW, MID, MONTH, state
from transforms.contracts import PUBLISHED, SOURCES
from transforms.tiers.changes import ORDER, change_id, exit_reason, tier_changes, with_corrections, with_identity

APRIL, MAY = date(2025, 4, 1), date(2025, 5, 1)
CHANGES = PUBLISHED["tier_changes"]


def row(base: str, *, lift: str | None = None, **given: Any) -> dict[str, Any]:
    """A published account-month without override."""
    inner = lift or base
    rules = "risk_lift,score" if lift else "score"
    return {
        "base": base, "tier": inner, "tier_without_override": inner, "reasons": rules,
        "decided_by": rules.split(",")[0], "lift_started_month": APRIL if lift else None,
    } | given  # fmt: skip


def under(override: str, inner: dict[str, Any], since: date = APRIL) -> dict[str, Any]:
    """The same account-month under an override."""
    reasons = f"override,{inner['reasons']}"
    told = {"tier": override, "base_tier": override, "override_start_date": since}
    return inner | told | {"reasons": reasons, "decided_by": "override"}


def told(before: dict[str, Any] | None, now: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Each change as its kind and ``from>to`` in tiers and base tiers, by first letters."""
    return [(one["kind"], _path(one)) for one in changes_of(before, now)]


def changes_of(before: dict[str, Any] | None, now: dict[str, Any] | None) -> list[dict[str, Any]]:
    frames = [state([] if one is None else [one]) for one in (before, now)]
    return tier_changes(*frames).sort("account_id", "sequence").collect().to_dicts()


def _path(one: dict[str, Any]) -> str:
    places = [
        "".join("-" if one[f"{side}_{name}"] is None else one[f"{side}_{name}"][0] for name in ("tier", "base_tier"))
        for side in ("from", "to")
    ]
    return ">".join(places)


PROVISIONAL = row(LOW, is_provisional=True)
CASES = {
    "nothing": (row(MID), row(MID), []),
    "entry": (None, row(MID), [("initial", "-->mm")]),
    "entry_with_a_lift": (None, row(MID, lift=HIGH), [("initial", "-->mm"), ("lift_started", "mm>hm")]),
    "entry_under_an_override": (
        None, under(HIGH, row(LOW)), [("initial", "-->ll"), ("override_started", "ll>hh")],
    ),
    "first_priority": (PROVISIONAL, row(HIGH), [("placement", "ll>hh")]),
    "first_priority_in_the_same_tier": (PROVISIONAL, row(LOW), []),
    "still_provisional": (PROVISIONAL, PROVISIONAL, []),
    "provisional_moves_by_grant": (PROVISIONAL, row(MID, is_provisional=True), [("promotion", "ll>mm")]),
    "exit": (row(MID), None, [("exit", "mm>--")]),
    "exit_with_a_lift": (row(MID, lift=HIGH), None, [("exit", "hm>--")]),
    "exit_under_an_override": (under(HIGH, row(LOW)), None, [("exit", "hh>--")]),
    "promotion": (row(LOW), row(MID), [("promotion", "ll>mm")]),
    "promotion_by_two": (row(LOW), row(HIGH), [("promotion", "ll>hh")]),
    "demotion": (row(MID), row(LOW), [("demotion", "mm>ll")]),
    "lift_starts": (row(MID), row(MID, lift=HIGH), [("lift_started", "mm>hm")]),
    "lift_goes_on": (row(MID, lift=HIGH), row(MID, lift=HIGH), []),
    "lift_ends": (row(MID, lift=HIGH), row(MID), [("lift_ended", "hm>mm")]),
    "lift_without_effect_is_not_told": (
        row(HIGH), row(HIGH, lift_started_month=MONTH.first_day, is_lift_affordable=True), [],
    ),
    "demotion_as_a_lift_starts": (
        row(MID), row(LOW, lift=MID), [("demotion", "mm>ll"), ("lift_started", "ll>ml")],
    ),
    "demotion_under_a_lift": (row(HIGH), row(MID), [("demotion", "hh>mm")]),
    "lifted_throughout_a_demotion": (row(MID, lift=HIGH), row(LOW, lift=MID), [("demotion", "hm>ml")]),
    "lifted_throughout_a_promotion": (row(LOW, lift=MID), row(MID, lift=HIGH), [("promotion", "ml>hm")]),
    "promotion_that_a_lift_had_anticipated": (
        row(MID, lift=HIGH), row(HIGH), [("lift_ended", "hm>mm"), ("promotion", "mm>hh")],
    ),
    "promotion_to_the_top_under_a_running_lift": (
        row(MID, lift=HIGH), row(HIGH, lift_started_month=APRIL), [("promotion", "hm>hh")],
    ),
    "demotion_from_the_top_under_a_running_lift": (
        row(HIGH, lift_started_month=APRIL), row(MID, lift=HIGH), [("demotion", "hh>hm")],
    ),
    "override_starts": (row(MID), under(HIGH, row(MID)), [("override_started", "mm>hh")]),
    "override_sets_the_same_tier": (row(MID), under(MID, row(MID)), [("override_started", "mm>mm")]),
    "override_goes_on": (under(HIGH, row(LOW)), under(HIGH, row(LOW)), []),
    "override_hides_a_promotion": (under(HIGH, row(LOW)), under(HIGH, row(MID)), []),
    "override_hides_a_lift": (under(LOW, row(LOW)), under(LOW, row(LOW, lift=MID)), []),
    "override_replaced": (
        under(HIGH, row(MID)), under(LOW, row(MID), since=MAY), [("override_started", "hh>ll")],
    ),
    "override_renewed": (
        under(HIGH, row(MID)), under(HIGH, row(MID), since=MAY), [("override_started", "hh>hh")],
    ),
    "override_of_another_tier_from_the_same_day": (
        under(HIGH, row(MID)), under(LOW, row(MID)), [("override_started", "hh>ll")],
    ),
    "override_ends": (under(HIGH, row(LOW)), row(LOW), [("override_ended", "hh>ll")]),
    "override_ends_as_the_account_moves": (
        under(HIGH, row(LOW)), row(MID), [("override_ended", "hh>ll"), ("promotion", "ll>mm")],
    ),
    "override_ends_over_a_running_lift": (
        under(LOW, row(LOW, lift=MID)), row(LOW, lift=MID), [("override_ended", "ll>ml")],
    ),
    "override_ends_as_the_lift_does": (
        under(LOW, row(LOW, lift=MID)), row(LOW), [("override_ended", "ll>ml"), ("lift_ended", "ml>ll")],
    ),
    "override_ends_at_the_first_priority": (
        under(HIGH, PROVISIONAL), row(MID), [("override_ended", "hh>ll"), ("placement", "ll>mm")],
    ),
    "first_priority_under_an_override": (under(HIGH, PROVISIONAL), under(HIGH, row(MID)), []),
    "override_starts_as_the_account_is_demoted": (
        row(MID), under(HIGH, row(LOW)), [("override_started", "mm>hh")],
    ),
    "override_starts_as_the_lift_ends": (
        row(MID, lift=HIGH), under(LOW, row(MID)), [("override_started", "hm>ll")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "expected"), CASES.values(), ids=CASES)
def test_changes(before: dict[str, Any] | None, now: dict[str, Any] | None, expected: list[tuple[str, str]]) -> None:
    assert told(before, now) == expected


@pytest.mark.parametrize(
    ("before", "now", "rules"),
    [
        (row(LOW), row(MID, reasons="contract_event,score", decided_by="contract_event"), ["contract_event"]),
        (row(MID), row(LOW, lift=MID), ["score", "risk_lift"]),
        (row(MID, lift=HIGH), row(MID), ["risk_lift"]),
        (None, under(HIGH, row(LOW)), ["score", "override"]),
        (None, under(HIGH, row(LOW, lift=MID)), ["score", "override"]),
        (under(HIGH, row(LOW)), row(LOW), ["override"]),
        (row(MID, reasons="economic_ceiling,score", decided_by="economic_ceiling"), None, ["economic_ceiling"]),
    ],
    ids=["event", "demotion_under_a_lift", "lift_ends", "entry_under_an_override", "lifted_entry", "override", "exit"],
)
def test_each_change_names_the_rule_behind_it(
    before: dict[str, Any] | None, now: dict[str, Any] | None, rules: list[str]
) -> None:
    assert [one["decided_by"] for one in changes_of(before, now)] == rules


def test_changes_carry_arr_and_reasons_an_exit_the_last_ones() -> None:
    now = row(MID, arr=5.0, reasons="score,max_step")
    stays, leaves = changes_of(row(LOW, arr=4.0), now), changes_of(row(LOW, arr=4.0, reasons="score,dwell"), None)
    assert [(one["arr"], one["reasons"]) for one in (*stays, *leaves)] == [
        (5.0, "score,max_step"), (4.0, "score,dwell"),
    ]  # fmt: skip


def test_accounts_do_not_mix_whatever_the_order_of_rows() -> None:
    names = list(CASES)
    befores = [one | {"account_id": name} for name in names if (one := CASES[name][0]) is not None]
    nows = [one | {"account_id": name} for name in reversed(names) if (one := CASES[name][1]) is not None]
    found = tier_changes(state(befores), state(nows)).sort("account_id", "sequence").collect()
    together = {name: [] for name in names}
    for one in found.iter_rows(named=True):
        together[one["account_id"]].append((one["kind"], _path(one)))
    assert together == {name: expected for name, (_, _, expected) in CASES.items()}


def test_every_kind_of_the_contract_has_its_place() -> None:
    assert set(ORDER) == set(CHANGES.field("kind").column.allowed)
    assert {kind for _, _, expected in CASES.values() for kind, _ in expected} == set(ORDER)


# --- why an account left, and what a change is called ------------------------------------------------------------

ACCOUNTS = [
    {"account_id": "churned"},
    {"account_id": "internal", "is_internal": True},
    {"account_id": "merged"},
    {"account_id": "merged_and_internal", "is_internal": True},
    {"account_id": "stays", "is_internal": False},
]


def test_exit_reason() -> None:
    left = ["churned", "internal", "merged", "merged_and_internal", "merged_and_removed", "removed"]
    former = state([row(MID, account_id=name) for name in [*left, "stays"]])
    found = tier_changes(former, state([row(LOW, account_id="stays")]))
    merged = pl.LazyFrame({"account_id": ["merged", "merged_and_internal", "merged_and_removed", "merged"]})
    reasons = exit_reason(rows(SOURCES["accounts"], ACCOUNTS).lazy(), merged, found).collect()
    assert dict(reasons.select("account_id", "exit_reason").iter_rows()) == {
        "churned": "churned",
        "internal": "internal",
        "merged": "merged",
        "merged_and_internal": "merged",
        "merged_and_removed": "merged",
        "removed": "removed",
        "stays": None,
    }
    assert set(reasons["exit_reason"].drop_nulls()) == set(CHANGES.field("exit_reason").column.allowed)
    assert reasons.columns == [*found.collect_schema().names(), "exit_reason"]


def test_change_id_is_made_of_what_it_names() -> None:
    change = {"account_id": ["a:b"], "kind": ["promotion"], "from_tier": ["low_touch"], "from_base_tier": ["low_touch"]}
    named = pl.DataFrame(change | {"to_tier": ["high_touch"], "to_base_tier": ["mid_touch"]}).select(change_id(MONTH))
    assert named.item() == "2025-06:promotion:low_touch/low_touch>high_touch/mid_touch:a:b"


def test_an_entry_has_an_identifier_too() -> None:
    nothing = pl.Series([None], dtype=pl.String)
    entry = pl.DataFrame({"account_id": ["a"], "kind": ["initial"], "from_tier": nothing, "from_base_tier": nothing})
    named = entry.with_columns(to_tier=pl.lit("low_touch"), to_base_tier=pl.lit("low_touch")).select(change_id(MONTH))
    assert named.item() == "2025-06:initial:none/none>low_touch/low_touch:a"


def test_change_ids_are_unique_within_a_month_and_the_same_in_every_revision() -> None:
    befores = [one | {"account_id": name} for name, (one, _, _) in CASES.items() if one is not None]
    nows = [one | {"account_id": name} for name, (_, one, _) in CASES.items() if one is not None]
    found = tier_changes(state(befores), state(nows)).with_columns(
        drivers=pl.lit("[]"), exit_reason=None, owner=None, is_correction=False
    )
    first, second = (with_identity(found, MONTH, revision, CHANGES.columns).collect() for revision in (1, 2))
    assert first["change_id"].n_unique() == first.height == sum(len(expected) for _, _, expected in CASES.values())
    assert first["change_id"].to_list() == second["change_id"].to_list()
    assert first.columns == list(CHANGES.columns)
    assert (set(second["month"]), set(second["revision"])) == ({MONTH.first_day}, {2})
    assert first.select(CHANGES.required).null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize(
    ("told", "now", "revision", "is_correction"),
    [
        pytest.param(None, "mid_touch", 1, False, id="first-revision"),
        pytest.param("mid_touch", "mid_touch", 2, False, id="same-tier-as-was-told"),
        pytest.param("low_touch", "mid_touch", 2, True, id="another-tier-was-told"),
        pytest.param(None, "mid_touch", 2, True, id="was-not-told-at-all"),
        pytest.param("low_touch", None, 2, True, id="is-gone-by-now"),
        pytest.param(None, None, 2, False, id="was-gone-then-too"),
    ],
)
def test_a_change_corrects_where_another_tier_was_told(told, now, revision, is_correction) -> None:
    def tiers(tier: str | None) -> pl.LazyFrame:
        others = [{"account_id": "other", "tier": "low_touch", "base_tier": "low_touch"}]
        own = [] if tier is None else [{"account_id": "a", "tier": tier, "base_tier": tier}]
        return pl.LazyFrame(others + own)

    change = pl.LazyFrame({"account_id": ["a"]})
    marked = with_corrections(change, tiers(told), tiers(now), revision).collect()
    assert marked.rows(named=True) == [{"account_id": "a", "is_correction": is_correction}]

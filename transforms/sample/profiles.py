"""The hidden traits behind everything an account does: size, plan, place, temper and fate.

They are not delivered; the sources are drawn from them.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from itertools import accumulate

import polars as pl

from transforms.month import Month
from transforms.sample.chance import normal, pick, uniform
from transforms.sample.script import Life
from transforms.sample.span import HISTORY_MONTH, LAST_MONTH, MONTHS, number_of
from transforms.sample.troubled_lives import LIVES
from transforms.sample.vocabulary import (
    EURO_COUNTRIES,
    INDUSTRIES,
    INDUSTRY_WEIGHTS,
    PLAN_FACTORS,
    PLANS,
    REGION_WEIGHTS,
    REGIONS,
    USE_CASES,
)

YEARS = 4
"""Contract years that can overlap the months of the demo and of its history."""

_STREAM = pl.col("stream")
_STORY_STREAMS = 2**32
_OLDEST = number_of(Month.parse("2020-06"))
_NEWEST = number_of(LAST_MONTH)
_BEGINNING = number_of(MONTHS[0])
_HISTORY = number_of(HISTORY_MONTH)

# Growth of use per month in a contract year, its probability, and the probability that the account leaves at its end.
_REGIMES = {
    "surging": (0.075, 3, 0.01),
    "booming": (0.036, 10, 0.01),
    "growing": (0.02, 25, 0.02),
    "steady": (0.002, 37, 0.04),
    "declining": (-0.02, 16, 0.15),
    "sinking": (-0.036, 10, 0.45),
}


@lru_cache(maxsize=2)
def profiles(accounts: int) -> pl.DataFrame:
    """Draw the hidden traits of all accounts.

    Args:
        accounts: The number of accounts besides the stories; account n does not depend on it.

    Returns:
        One row per account: drawn ones first, then the stories. Months are numbers (`span.number_of`).
    """
    drawn = pl.LazyFrame({"position": range(accounts)}, schema={"position": pl.Int64}).with_columns(
        account_id=pl.format("A-{}", (pl.col("position") + 1).cast(pl.String).str.zfill(5)),
        stream=pl.col("position").cast(pl.UInt64),
        is_story=pl.lit(value=False),
    )
    planted = pl.LazyFrame({"account_id": list(LIVES)}).select(
        pl.int_range(accounts, accounts + len(LIVES), dtype=pl.Int64).alias("position"),
        "account_id",
        (pl.int_range(len(LIVES), dtype=pl.UInt64) + _STORY_STREAMS).alias("stream"),
        pl.lit(value=True).alias("is_story"),
    )
    rows = pl.concat([drawn, planted])
    for add in (_place, _size, _plan, _times, _years, _fate, _temper, _standing):
        rows = rows.with_columns(add())
    return rows.collect().pipe(_with_planted_traits)


def level(month: pl.Expr | int) -> pl.Expr:
    """Return an account's use in a month (a number), relative to its first contract year that matters."""
    lived = pl.lit(month) - pl.col("anchor_month") if isinstance(month, int) else month - pl.col("anchor_month")
    return pl.sum_horizontal(pl.col(f"rate_{year}") * (lived - 12 * year).clip(0, 12) for year in range(YEARS)).exp()


def _with_planted_traits(rows: pl.DataFrame) -> pl.DataFrame:
    """Replace the traits of planted accounts by those of their lives."""
    planted = pl.DataFrame(
        [_written(account_id, life) for account_id, life in LIVES.items()],
        schema_overrides={"brand_rank": pl.Float64, "nps": pl.Float64},
    ).with_columns(
        region=pl.col("country").replace_strict(
            {country: region for region, countries in REGIONS.items() for country in countries}
        ),
        kind=pl.lit("active"),
        is_annual=pl.lit(value=True),
        headroom=pl.lit(1.0),
        billing_months=pl.lit(1, dtype=pl.Int64),
        leaving_month=pl.lit(None, dtype=pl.Int64),
        answers_surveys=pl.col("nps").is_not_null(),
    )
    traits = [name for name in planted.columns if name != "account_id"]
    return (
        rows.join(planted, on="account_id", how="left", suffix="_planted", maintain_order="left")
        .with_columns(pl.when("is_story").then(f"{trait}_planted").otherwise(trait).alias(trait) for trait in traits)
        .drop(f"{trait}_planted" for trait in traits)
    )


def _written(account_id: str, life: Life) -> dict[str, object]:
    start = min(contract.start for contract in life.contracts)
    return {
        "account_id": account_id,
        "currency": life.currency,
        "start_month": number_of(Month.of(start)),
        "anchor_month": number_of(Month.of(start)),
        "start_day": start.day,
        "users_at_start": float(max(contract.seats or 0 for contract in life.contracts)),
        **asdict(life.traits),
    }


def _place() -> list[pl.Expr]:
    region = pick(list(REGIONS), REGION_WEIGHTS, "region", _STREAM)
    country = pl.coalesce(
        pl.when(region == name).then(pick(countries, [1] * len(countries), "country", _STREAM))
        for name, countries in REGIONS.items()
    )
    currency = pl.when(country.is_in(EURO_COUNTRIES)).then(pl.lit("EUR")).otherwise(pl.lit("USD"))
    industry = pick(INDUSTRIES, INDUSTRY_WEIGHTS, "industry", _STREAM)
    return [region.alias("region"), country.alias("country"), currency.alias("currency"), industry.alias("industry")]


def _size() -> list[pl.Expr]:
    """Draw sizes, log-normal: a median of some 17,000 a year, 10 % above 80,000, 1 % above 300,000."""
    return [
        normal("size", _STREAM).alias("size"),
        (17_000 * (1.22 * normal("size", _STREAM)).exp()).alias("arr_at_start"),
        (normal("size", _STREAM) + 0.35 * normal("plan", _STREAM)).alias("ambition"),
    ]


def _plan() -> list[pl.Expr]:
    ambition = pl.col("ambition")
    plan = pl.when(ambition < -0.9).then(pl.lit("starter")).when(ambition < 0.5).then(pl.lit("team"))
    return [plan.when(ambition < 1.6).then(pl.lit("business")).otherwise(pl.lit("enterprise")).alias("plan")]


def _times() -> list[pl.Expr]:
    is_new = uniform("is_new", _STREAM) < 0.28
    old = _OLDEST + (uniform("start", _STREAM) ** 0.8 * (_BEGINNING - _OLDEST)).floor()
    new = _BEGINNING + (uniform("start", _STREAM) * len(MONTHS)).floor()
    start = pl.when(is_new).then(new).otherwise(old).cast(pl.Int64)
    anchor = start + ((_HISTORY - start) // 12 * 12).clip(lower_bound=0)
    day = pl.when(uniform("first", _STREAM) < 0.6).then(1).otherwise(1 + (uniform("day", _STREAM) * 28).floor())
    return [
        start.alias("start_month"),
        anchor.alias("anchor_month"),
        day.cast(pl.Int64).alias("start_day"),
        (uniform("is_annual", _STREAM) < 0.4 + 0.25 * (pl.col("ambition") + 1.8).clip(0, 2.3)).alias("is_annual"),
    ]


def _years() -> list[pl.Expr]:
    """Draw the regime of each contract year: the account's own in one year of three, else a new one."""
    found = []
    for year in range(YEARS):
        own = uniform("keeps", _STREAM, year) < 0.35
        draw = pl.when(own).then(uniform("regime", _STREAM)).otherwise(uniform("year", _STREAM, year))
        found += [
            _by_regime(draw, 0).alias(f"rate_{year}"),
            (uniform("leaves", _STREAM, year) < _by_regime(draw, 2)).alias(f"leaves_{year}"),
        ]
    return found


def _by_regime(draw: pl.Expr, place: int) -> pl.Expr:
    values = [regime[place] for regime in _REGIMES.values()]
    limits = list(accumulate(regime[1] for regime in _REGIMES.values()))
    position = pl.sum_horizontal(draw >= limit / limits[-1] for limit in limits[:-1])
    return position.replace_strict(list(range(len(values))), values, return_dtype=pl.Float64)


def _fate() -> list[pl.Expr]:
    """Draw when and how an account leaves: an annual contract at its end, a monthly one at any time."""
    ends = [
        pl.col("anchor_month")
        + 12 * (year + 1)
        - pl.when("is_annual").then(0).otherwise(uniform("early", _STREAM) * 11)
        for year in range(YEARS)
    ]
    leaving = pl.coalesce(
        pl.when(pl.col(f"leaves_{year}") & (end > _BEGINNING)).then(end.floor()) for year, end in enumerate(ends)
    )
    return [
        leaving.cast(pl.Int64).alias("leaving_month"),
        pick(("silent", "loud", "sudden"), (45, 30, 25), "farewell", _STREAM).alias("farewell"),
        pick(("active", "trial", "internal"), (985, 13, 2), "standing", _STREAM).alias("kind"),
    ]


def _temper() -> list[pl.Expr]:
    """Draw how an account uses the product, asks for help and pays."""
    ambition = pl.col("ambition")
    plan_factor = pl.col("plan").replace_strict(dict(zip(PLANS, PLAN_FACTORS, strict=True)), return_dtype=pl.Float64)
    seat_price = 40 * plan_factor * (1 - 0.25 * uniform("discount", _STREAM))
    headroom = 1.08 + 1.0 * uniform("headroom", _STREAM) ** 2
    return [
        seat_price.alias("seat_price"),
        headroom.alias("headroom"),
        (pl.col("arr_at_start") / 12 / seat_price / headroom).alias("users_at_start"),
        (30 + 70 * uniform("intensity", _STREAM)).alias("intensity"),
        (5 + 2.2 * (ambition + 1.5).clip(lower_bound=0) + 4 * uniform("breadth", _STREAM)).alias("breadth"),
        (0.35 + 1.5 * uniform("friction", _STREAM) ** 1.6).alias("friction"),
        (4.25 + 0.3 * normal("csat", _STREAM) - 0.7 * uniform("friction", _STREAM) ** 3).clip(1.6, 4.9).alias("csat"),
        pick(("0", "6", "18", "40"), (72, 18, 8, 2), "payer", _STREAM).cast(pl.Float64).alias("days_late"),
        pick(("1", "3", "12"), (40, 45, 15), "billing", _STREAM).cast(pl.Int64).alias("billing_months"),
        (uniform("use_case", _STREAM) * len(USE_CASES)).floor().cast(pl.Int64).alias("use_case"),
    ]


def _standing() -> list[pl.Expr]:
    """Draw what an account means to the company beyond its revenue."""
    ambition = pl.col("ambition")
    fame = ambition + 0.8 * normal("fame", _STREAM)
    rank = pl.when(fame > 2.1).then(1).when(fame > 1.3).then(2).when(fame > 0.7).then(3).when(fame > 0.1).then(4)
    return [
        rank.otherwise(pl.when(uniform("unranked", _STREAM) < 0.4).then(5)).cast(pl.Float64).alias("brand_rank"),
        (0.6 + 0.9 * (ambition + 1).clip(lower_bound=0) + 1.2 * uniform("links", _STREAM))
        .floor()
        .cast(pl.Int64)
        .alias("integrations"),
        (1 + 0.75 * ambition.clip(lower_bound=0) + 0.7 * uniform("regions", _STREAM))
        .floor()
        .cast(pl.Int64)
        .alias("regions"),
        (25 + 22 * normal("nps", _STREAM) + 30 * (pl.col("csat") - 4.1)).alias("nps"),
        (uniform("answers", _STREAM) < 0.7).alias("answers_surveys"),
        (ambition + 0.7 * normal("partner", _STREAM)).alias("partnership"),
    ]

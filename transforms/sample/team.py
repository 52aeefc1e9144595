"""The team, and decisions about single customers: grants, overrides, merges."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.contracts import SOURCES
from transforms.sample.chance import uniform
from transforms.sample.profiles import profiles
from transforms.sample.span import LAST_MONTH, MONTHS, day_of, number_of
from transforms.sample.troubled_lives import LIVES

OWNERS = (
    "Ada Okafor", "Bruno Keller", "Chiara Conti", "Dana Whitfield", "Emil Nyström", "Farah Aziz", "Grace Liu",
    "Hugo Martins", "Iris Vandenberg", "Jonas Weiß", "Kemi Adeyemi", "Liam O'Connor", "Mei Tanaka", "Noor Haddad",
    "Oscar Lindqvist", "Priya Raman", "Tomasz Wrona", "Uma Patel", "Viktor Horvath", "Wanda Osei", "Ximena Rojas",
    "Yusuf Demir", "Zoe Marchetti", "Anders Berg", "Bianca Ferrari", "Caleb Mensah",
)  # fmt: skip
"""Customer-success managers, dedicated ones first."""

DEDICATED = 11
"""How many of them look after a few large accounts each; the others share a pool."""

_OTHERS = (
    ("Quentin Dubois", "tam", 120.0),
    ("Rosa Jiménez", "tam", 120.0),
    ("Sven Haugen", "tam", 96.0),
    ("Digital programme", "digital", 700.0),
)
_ASCII = str.maketrans({"ö": "oe", "ß": "ss", "é": "e", "'": None, " ": "."})
_SINCE = date(2024, 1, 1)
_STREAM = pl.col("stream")
_BENEFITS = {
    "reference": ("Speaks at our conference", "Case study on our site", "Takes reference calls"),
    "co_development": ("Tests every release first", "Shares its data model with our designers"),
}


def email_of(owner: str) -> str:
    """Return a colleague's address."""
    return f"{owner.lower().translate(_ASCII)}@retier-demo.example"


def team() -> pl.DataFrame:
    """List the team: one row per person; one is away for half a year, one reduces hours from some day on."""
    rows = [_member(place, owner) for place, owner in enumerate(OWNERS)]
    rows += [
        {"owner": owner, "pool": pool, "hours_per_month": hours, "valid_from": _SINCE} for owner, pool, hours in _OTHERS
    ]
    rows[2] |= {"absent_from": date(2026, 2, 1), "absent_to": date(2026, 7, 31)}
    rows.append(rows[9] | {"hours_per_month": 60.0, "valid_from": date(2026, 4, 1)})
    rows[9] |= {"valid_to": date(2026, 3, 31)}
    table = SOURCES["team"]
    return pl.DataFrame(
        [row | {"email": email_of(str(row["owner"]))} for row in rows],
        schema={name: dtype for name, dtype in table.schema.items() if name not in {"known_at", "is_deleted"}},
    )


def _member(place: int, owner: str) -> dict[str, object]:
    return {
        "owner": owner,
        "pool": "dedicated" if place < DEDICATED else "pooled",
        "hours_per_month": 120.0 if place % 4 else 96.0,
        "regions": ("amer", "amer|uki", "emea|uki", "emea", "apac")[place % 5],
        "industries": ("software|finance", "manufacturing|energy", None)[place % 3],
        "valid_from": _SINCE,
    }


def grants_of(accounts: int) -> pl.LazyFrame:
    """Draw strategic grants: mostly for accounts that are large for their kind; some are renewed once."""
    known = pl.concat([
        _grants(accounts, "reference", pl.col("partnership") > 1.25),
        _grants(accounts, "co_development", (pl.col("partnership") > 0.9) & (uniform("builds", _STREAM) < 0.22)),
    ])  # fmt: skip
    planted = pl.LazyFrame(
        [
            {
                "account_id": account_id, "kind": grant.kind, "owner": "Partner desk", "benefit": grant.benefit,
                "start_date": grant.start, "end_date": grant.end, "floor_tier": grant.floor_tier,
            }
            for account_id, life in LIVES.items()
            for grant in life.grants
        ],
        schema_overrides={"floor_tier": pl.String},
    )  # fmt: skip
    return pl.concat([known, planted], how="diagonal").sort("account_id", "kind", "start_date")


def _grants(accounts: int, kind: str, has_one: pl.Expr) -> pl.LazyFrame:
    start = number_of(MONTHS[0]) - 10 + (uniform(f"{kind} start", _STREAM) * 26).floor().cast(pl.Int64)
    start = pl.max_horizontal(start, pl.col("start_month") + 2)
    months = pl.when(uniform(f"{kind} long", _STREAM) < 0.5).then(12).otherwise(18)
    benefits = _BENEFITS[kind]
    benefit = (uniform(f"{kind} benefit", _STREAM) * len(benefits)).floor().cast(pl.Int64)
    granted = (
        profiles(accounts)
        .lazy()
        .filter(~pl.col("is_story"), pl.col("kind") == "active", has_one)
        .with_columns(from_month=start, months=months)
    )
    renewed = granted.filter(uniform(f"{kind} renewed", _STREAM) < 0.6).with_columns(
        from_month=pl.col("from_month") + pl.col("months"), months=pl.lit(12)
    )
    return (
        pl.concat([granted, renewed.cast({"months": pl.Int32})])
        .filter(pl.col("leaving_month").is_null() | (pl.col("from_month") < pl.col("leaving_month")))
        .select(
            "account_id",
            pl.lit(kind).alias("kind"),
            pl.lit("Partner desk").alias("owner"),
            benefit.replace_strict(list(range(len(benefits))), benefits, return_dtype=pl.String).alias("benefit"),
            day_of(pl.col("from_month")).alias("start_date"),
            (day_of(pl.col("from_month") + pl.col("months")) - pl.duration(days=1)).alias("end_date"),
        )
        .filter(pl.col("start_date") <= LAST_MONTH.last_day)
    )


def overrides_of(accounts: int) -> pl.LazyFrame:
    """Draw overrides: a handful, for a third of a year each."""
    start = number_of(MONTHS[0]) + 4 + (uniform("override start", _STREAM) * 18).floor().cast(pl.Int64)
    drawn = (
        profiles(accounts).lazy()
        .filter(~pl.col("is_story"), pl.col("kind") == "active", uniform("override", _STREAM) < 0.003)
        .select(
            "account_id",
            pl.lit("mid_touch").alias("tier"),
            pl.lit("Head of customer success").alias("author"),
            pl.lit("Asked for by sales until the next renewal").alias("reason"),
            day_of(start).alias("start_date"),
            (day_of(start + 4) - pl.duration(days=1)).alias("end_date"),
        )
    )  # fmt: skip
    planted = pl.LazyFrame(
        [
            {
                "account_id": account_id, "tier": override.tier, "author": "Chief customer officer",
                "reason": override.reason, "start_date": override.start, "end_date": override.end,
            }
            for account_id, life in LIVES.items()
            for override in life.overrides
        ]
    )  # fmt: skip
    return pl.concat([drawn, planted]).sort("account_id", "start_date")


def merges() -> pl.DataFrame:
    """List the merges of the stories."""
    rows = [(account_id, *life.merged) for account_id, life in LIVES.items() if life.merged is not None]
    return pl.DataFrame(rows, schema=["from_account_id", "into_account_id", "date"], orient="row")

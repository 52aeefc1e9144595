"""Accounts in the CRM, with their history: each answered survey adds a row with everything that changed until then."""

from __future__ import annotations

import polars as pl

from transforms.sample.chance import normal, uniform
from transforms.sample.profiles import profiles
from transforms.sample.span import HISTORY_MONTH, LAST_MONTH, day_of, number_of
from transforms.sample.stories import STORIES
from transforms.sample.team import DEDICATED, OWNERS, email_of
from transforms.sample.vocabulary import FIRST_WORDS, SECOND_WORDS, USE_CASES

_STREAM = pl.col("stream")
_OLDEST = number_of(HISTORY_MONTH)
_NEWEST = number_of(LAST_MONTH)
_SURVEY_MONTHS = 6
_SURVEY_DAY = 15
_ANSWERED = 0.92
_PERSONALLY_LOOKED_AFTER = 0.7
_DEDICATED_FROM = 1.4


def accounts_of(accounts: int) -> pl.LazyFrame:
    """Draw the accounts.

    Args:
        accounts: The number of accounts besides the stories.

    Returns:
        One row per account and first day of validity, sorted by them: the columns of the source without known_at and
        is_deleted.
    """
    rows = pl.concat([_first_rows(accounts), _surveys(accounts)]).sort("account_id", "valid_from")
    next_from = pl.col("valid_from").shift(-1).over("account_id")
    return rows.with_columns(
        valid_to=next_from - pl.duration(days=1),
        version=pl.int_range(pl.len()).over("account_id"),
    ).select(*_facts(), "nps", "nps_date", "valid_from", "valid_to")


def _first_rows(accounts: int) -> pl.LazyFrame:
    return profiles(accounts).lazy().with_columns(
        valid_from=_created(), nps=pl.lit(None, dtype=pl.Float64), nps_date=pl.lit(None, dtype=pl.Date)
    )  # fmt: skip


def _surveys(accounts: int) -> pl.LazyFrame:
    """Draw one row per answered survey, half a year apart: an answer is a new row of the account."""
    first = _OLDEST + (uniform("survey", _STREAM) * _SURVEY_MONTHS).floor().cast(pl.Int64)
    leaving = pl.col("leaving_month").fill_null(_NEWEST + 1)
    points = (
        pl.when("is_story")
        .then("nps")
        .otherwise(pl.col("nps") + 16 * normal("points", _STREAM, pl.col("survey_month")))
    )
    answers = pl.col("is_story") | (uniform("answers", _STREAM, pl.col("survey_month")) < _ANSWERED)
    return (
        profiles(accounts).lazy()
        .filter(pl.col("answers_surveys"), pl.col("kind") == "active")
        .with_columns(survey_month=pl.int_ranges(first, _NEWEST + 1, _SURVEY_MONTHS))
        .explode("survey_month", empty_as_null=False, keep_nulls=False)
        .filter((pl.col("survey_month") > pl.col("start_month")) & (pl.col("survey_month") < leaving) & answers)
        .with_columns(nps=points.round().clip(-100, 100), nps_date=day_of(pl.col("survey_month"), _SURVEY_DAY))
        .with_columns(valid_from="nps_date")
        .drop("survey_month")
    )  # fmt: skip


def _created() -> pl.Expr:
    days_before = 3 + (uniform("created", _STREAM) * 60).floor()
    return day_of(pl.col("start_month"), pl.col("start_day")) - pl.duration(days=days_before)


def _facts() -> list[pl.Expr]:
    """Return the CRM's columns of an account; `version` counts its rows."""
    seats = pl.col("users_at_start") * pl.col("headroom")
    room = 1.1 + 4 * uniform("room", _STREAM) ** 1.5
    parent = (uniform("parent", _STREAM) * pl.col("position")).floor().cast(pl.Int64) + 1
    has_parent = (uniform("has_parent", _STREAM) < 0.04) & (pl.col("position") > 0) & ~pl.col("is_story")
    links_later = (pl.col("version") < 2) & (uniform("links_later", _STREAM) < 0.3) & ~pl.col("is_story")
    return [
        pl.col("account_id"),
        _name().alias("name"),
        _created().alias("created_date"),
        pl.when(has_parent).then(pl.format("A-{}", parent.cast(pl.String).str.zfill(5))).alias("parent_account_id"),
        pl.when(uniform("no industry", _STREAM) >= 0.03).then("industry").alias("industry"),
        (seats * (1.5 + 8 * uniform("employees", _STREAM))).ceil().cast(pl.Int64).alias("employees"),
        (seats * room).ceil().cast(pl.Int64).alias("addressable_seats"),
        pl.col("region"),
        pl.col("country"),
        pl.col("plan"),
        (pl.col("kind") == "internal").alias("is_internal"),
        (pl.col("integrations") - links_later.cast(pl.Int64)).clip(lower_bound=0).alias("integrations"),
        pl.col("regions"),
        _objective().alias("declared_objective"),
        pl.col("brand_rank"),
        _manager().alias("csm_email"),
    ]


def _name() -> pl.Expr:
    first = (pl.col("position") % len(FIRST_WORDS)).replace_strict(list(range(len(FIRST_WORDS))), FIRST_WORDS)
    second = (pl.col("position") % len(SECOND_WORDS)).replace_strict(list(range(len(SECOND_WORDS))), SECOND_WORDS)
    planted = {story.account_id: story.name for story in STORIES}
    return pl.col("account_id").replace_strict(planted, default=first + " " + second, return_dtype=pl.String)


def _objective() -> pl.Expr:
    """Return the objective: two accounts in five declare one, and mostly the one that they work on."""
    cases = list(USE_CASES)
    other = (uniform("objective", _STREAM) * len(cases)).floor().cast(pl.Int64)
    place = pl.when(uniform("does it", _STREAM) < 0.8).then("use_case").otherwise(other)
    objective = place.replace_strict(list(range(len(cases))), cases, return_dtype=pl.String)
    return pl.when(uniform("says it", _STREAM) < 0.4).then(objective)


def _manager() -> pl.Expr:
    """Return the manager: larger accounts have one in the CRM, the largest a dedicated one; a few change later."""
    changes = (pl.col("version") >= 3) & (uniform("hand-over", _STREAM) < 0.15)
    draw = (uniform("manager", _STREAM) + pl.when(changes).then(0.37).otherwise(0.0)) % 1
    pooled = DEDICATED + (draw * (len(OWNERS) - DEDICATED)).floor()
    place = pl.when(pl.col("ambition") > _DEDICATED_FROM).then((draw * DEDICATED).floor()).otherwise(pooled)
    emails = [email_of(owner) for owner in OWNERS]
    email = place.cast(pl.Int64).replace_strict(list(range(len(OWNERS))), emails, return_dtype=pl.String)
    return pl.when(pl.col("ambition") > _PERSONALLY_LOOKED_AFTER).then(email)

"""How the months before a month went, as one number each: it costs a pass over two columns of those months."""

from __future__ import annotations

import sqlalchemy as sa

from sql.dialects import quoted, read
from transforms.month import Month


def health_shifts(connection: sa.Connection, first: Month, last: Month, points: float) -> dict[Month, float]:
    """Return the net shift of health in each month: the share of accounts that rose less the share that fell.

    Args:
        connection: An open connection.
        first: The first month.
        last: The last month.
        points: A move of health counts from more than these points.

    Returns:
        A share from -1 to 1 for each published month in which an account has both healths, in the order of months.
    """
    found = read(
        connection,
        f"""
        with moves as (
            select month, health - health_1_month_ago as move
            from {quoted(connection, "account_scores")}
            where month between :first and :last
        )
        select
            month,
            count(*) filter (where move > :points) as rose,
            count(*) filter (where move < -:points) as fell,
            count(move) as accounts
        from moves
        group by month
        having count(move) > 0
        order by month
        """,
        first=first.first_day,
        last=last.first_day,
        points=points,
    )
    return {Month.of(day): (rose - fell) / accounts for day, rose, fell, accounts in found.iter_rows()}


def months_of_suspended_silence(connection: sa.Connection, first: Month, last: Month) -> list[Month]:
    """List the published months of a range in which silence was suspended, in order.

    Args:
        connection: An open connection.
        first: The first month.
        last: The last month.
    """
    found = read(
        connection,
        f"""
        select distinct month
        from {quoted(connection, "account_tiers")}
        where month between :first and :last and is_silence_suspended
        order by month
        """,
        first=first.first_day,
        last=last.first_day,
    )
    return [Month.of(day) for day in found["month"]]

-- How did ARR move between tiers over the last twelve months?
-- One row per pair of tiers; accounts that stayed are left out. A null from_tier is an entry, a null to_tier an exit.
-- ARR is that of the month of the move, so an account that moved up and down again counts in both directions.
with
parameters as (
    select 12 as months_back
),

newest as (
    select max(month) as month from runs where status = 'published'
)

select
    movements.from_tier,
    movements.to_tier,
    cast(sum(movements.accounts) as bigint) as moves,
    cast(sum(movements.arr) as numeric(18, 2)) as arr
from tier_movements as movements
cross join newest
cross join parameters
where movements.month > newest.month - parameters.months_back * interval '1 month'
    and movements.from_tier is distinct from movements.to_tier
group by movements.from_tier, movements.to_tier
order by arr desc, movements.from_tier nulls last, movements.to_tier nulls last;

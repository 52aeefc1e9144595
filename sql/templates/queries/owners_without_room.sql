-- Which owners have no hours left, and which accounts have no owner?
-- One row per owner of the newest month whose accounts take at least a percentage of the available hours, fullest
-- first. The owner unassigned stands for accounts that nobody in the pool had room for; percent is null without any
-- available hours. retier capacity shows what one more head would change.
with
parameters as (
    select 95 as full_at_percent
),

newest as (
    select max(month) as month from runs where status = 'published'
)

select
    load.pool,
    load.owner,
    load.available_hours,
    load.required_hours,
    cast(100 * load.required_hours / nullif(load.available_hours, 0) as numeric(8, 1)) as percent,
    load.high_touch_accounts + load.mid_touch_accounts + load.low_touch_accounts as accounts
from team_load as load
join newest on newest.month = load.month
cross join parameters
where load.required_hours > 0
    and 100 * load.required_hours >= parameters.full_at_percent * load.available_hours
order by percent desc nulls first, load.pool, load.owner;

-- Which accounts went up and down again within a year?
-- One row per account whose base tier rose and fell in the last twelve months. Lifts and overrides do not count: they
-- are meant to end. Many rows mean that the policy's boundaries are too close together or its dwell times too
-- short.
with
parameters as (
    select 12 as months_back
),

newest as (
    select max(month) as month from runs where status = 'published'
),

moves as (
    select
        changes.account_id,
        count(case when changes.kind = 'promotion' then 1 end) as promotions,
        count(case when changes.kind = 'demotion' then 1 end) as demotions,
        min(changes.month) as first_move,
        max(changes.month) as last_move
    from tier_changes as changes
    cross join newest
    cross join parameters
    where changes.kind in ('promotion', 'demotion')
        and changes.month > newest.month - parameters.months_back * interval '1 month'
    group by changes.account_id
)

select
    moves.account_id,
    tiers.name,
    tiers.tier,
    moves.promotions,
    moves.demotions,
    moves.first_move,
    moves.last_move,
    tiers.owner
from moves
left join tiers_current as tiers on tiers.account_id = moves.account_id
where moves.promotions > 0 and moves.demotions > 0
order by moves.promotions + moves.demotions desc, moves.account_id;

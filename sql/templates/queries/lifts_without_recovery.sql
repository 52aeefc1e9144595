-- Which risk lifts ended without a recovery?
-- One row per lift that ended in the last twelve months while health was still below the policy's
-- healthy_from, or unknown. The lift did not help: somebody has to decide what comes next. health_now and tier_now are
-- null if the account has left since.
with
parameters as (
    select
        12 as months_back,
        60 as well_from
),

newest as (
    select max(month) as month from runs where status = 'published'
),

ended as (
    select changes.month, changes.account_id, changes.arr, changes.owner
    from tier_changes as changes
    cross join newest
    cross join parameters
    where changes.kind = 'lift_ended'
        and changes.month > newest.month - parameters.months_back * interval '1 month'
)

select
    ended.month as ended_month,
    ended.account_id,
    scores.health as health_at_the_end,
    tiers.health as health_now,
    tiers.tier as tier_now,
    ended.arr,
    ended.owner
from ended
cross join parameters
left join account_scores as scores on scores.account_id = ended.account_id and scores.month = ended.month
left join tiers_current as tiers on tiers.account_id = ended.account_id
where scores.health is null or scores.health < parameters.well_from
order by ended.month desc, ended.arr desc, ended.account_id;

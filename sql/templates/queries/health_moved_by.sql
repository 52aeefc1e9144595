-- What moved an account's health most between two months?
-- One row per component of health, the largest change first. Contributions are points of the health score: those of a
-- month add up to it, so the changes add up to the change of the score. A contribution is null where the component
-- had no data; then the weight of the others grows.
with
parameters as (
    select
        'story-silent-churner' as account_id,
        date '2026-01-01' as from_month,
        date '2026-06-01' as to_month
),

before as (
    select contributions.component, contributions.metric_value, contributions.contribution
    from score_contributions as contributions
    join parameters
        on parameters.account_id = contributions.account_id
        and parameters.from_month = contributions.month
    where contributions.pillar = 'health'
),

after as (
    select contributions.component, contributions.metric_value, contributions.contribution
    from score_contributions as contributions
    join parameters
        on parameters.account_id = contributions.account_id
        and parameters.to_month = contributions.month
    where contributions.pillar = 'health'
)

select
    coalesce(after.component, before.component) as component,
    before.metric_value as metric_before,
    after.metric_value as metric_after,
    before.contribution as points_before,
    after.contribution as points_after,
    coalesce(after.contribution, 0) - coalesce(before.contribution, 0) as points_moved
from before
full join after on after.component = before.component
where before.contribution is distinct from after.contribution
order by abs(coalesce(after.contribution, 0) - coalesce(before.contribution, 0)) desc, component;

-- One row per account in scope in the newest month whose health calls for a person.
with
newest as (
    select max(month) as month from {{ table('runs') }} where status = 'published'
),

tiers as (
    select account_tiers.*
    from {{ table('account_tiers') }} as account_tiers
    join newest on newest.month = account_tiers.month
),

scores as (
    select account_scores.*
    from {{ table('account_scores') }} as account_scores
    join newest on newest.month = account_scores.month
),

features as (
    select account_features.*
    from {{ table('account_features') }} as account_features
    join newest on newest.month = account_features.month
),

risks as (
    select
        tiers.account_id,
        case
            when tiers.lift_started_month is null and position(',chronic_risk,' in ',' || tiers.reasons || ',') > 0
                then 'chronic_risk'
            when tiers.lift_started_month is null and scores.health is null
                and scores.health_coverage is not null and scores.lifecycle_stage <> 'onboarding'
                then 'health_unknown'
            when tiers.lift_started_month is null then null
            when tiers.is_lift_affordable or tiers.tier_without_override <> tiers.base_tier_without_override
                then 'risk_lift'
            else 'unaffordable_lift'
        end as risk
    from tiers
    left join scores on scores.account_id = tiers.account_id
)

select
    tiers.month,
    tiers.account_id,
    features.name,
    risks.risk,
    tiers.tier,
    tiers.base_tier,
    scores.health,
    scores.health_1_month_ago,
    scores.health_2_months_ago,
    scores.lifecycle_stage,
    tiers.lift_started_month,
    tiers.is_lift_affordable,
    tiers.reasons,
    tiers.arr,
    features.renewal_date,
    tiers.owner,
    features.csm_email
from tiers
join risks on risks.account_id = tiers.account_id
left join scores on scores.account_id = tiers.account_id
left join features on features.account_id = tiers.account_id
where risks.risk is not null

-- One row per account at risk in the newest month, dearest first.
with
newest as (
    select max(month) as month from {{ table('runs') }} where status = 'published'
)

select
    risks.month,
    risks.account_id,
    features.name,
    -- As text, which it was when it held other codes: in place, a column of a view keeps its type.
    cast(risks.reason as text) as risk,
    tiers.tier,
    tiers.base_tier,
    risks.health,
    scores.health_1_month_ago,
    scores.health_2_months_ago,
    scores.lifecycle_stage,
    risks.lift_started_month,
    tiers.is_lift_affordable,
    tiers.reasons,
    risks.arr,
    risks.renewal_date,
    risks.owner,
    features.csm_email,
    risks.reason,
    risks.since_month,
    risks.reason_since_month,
    risks.ill_conditions,
    risks.is_health_tentative,
    risks.silent_since_month,
    risks.is_in_grace,
    risks.next_action,
    risks.next_action_due_date
from {{ table('account_risks') }} as risks
join newest on newest.month = risks.month
left join {{ table('account_tiers') }} as tiers
    on tiers.month = risks.month and tiers.account_id = risks.account_id
left join {{ table('account_scores') }} as scores
    on scores.month = risks.month and scores.account_id = risks.account_id
left join {{ table('account_features') }} as features
    on features.month = risks.month and features.account_id = risks.account_id
order by risks.arr desc, risks.account_id

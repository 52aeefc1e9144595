-- One row per account in scope in the newest month of which too little is known for a health score, dearest first.
with
newest as (
    select max(month) as month from {{ table('runs') }} where status = 'published'
)

select
    scores.month,
    scores.account_id,
    features.name,
    tiers.tier,
    scores.health_coverage,
    scores.lifecycle_stage,
    features.tenure_months,
    features.last_active_date,
    features.known_usage_months,
    scores.arr,
    features.renewal_date,
    tiers.owner,
    features.csm_email
from {{ table('account_scores') }} as scores
join newest on newest.month = scores.month
left join {{ table('account_tiers') }} as tiers
    on tiers.month = scores.month and tiers.account_id = scores.account_id
left join {{ table('account_features') }} as features
    on features.month = scores.month and features.account_id = scores.account_id
where scores.health is null
order by scores.arr desc, scores.account_id

-- One row per account in scope in the newest published month.
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
    select
        account_features.account_id,
        account_features.name,
        account_features.industry,
        account_features.region,
        account_features.country,
        account_features.plan,
        account_features.renewal_date,
        account_features.is_in_grace
    from {{ table('account_features') }} as account_features
    join newest on newest.month = account_features.month
)

select
    {% for column in columns('account_tiers', 1, 2) %}
    tiers.{{ column }},
    {% endfor %}
    features.name,
    features.industry,
    features.region,
    features.country,
    features.plan,
    features.renewal_date,
    scores.lifecycle_stage,
    scores.health,
    scores.growth,
    scores.strategic,
    scores.complexity,
    scores.value,
    scores.priority,
    scores.cost_to_serve,
    scores.margin,
    scores.cost_to_serve_ratio,
    {% for column in columns('account_tiers', 3) %}
    tiers.{{ column }},
    {% endfor %}
    scores.is_health_tentative,
    features.is_in_grace
from tiers
left join scores on scores.account_id = tiers.account_id
left join features on features.account_id = tiers.account_id

-- One row per account in scope, month, pillar and component: what made each score.
with
wide as (
    select * from {{ table('score_contributions_wide') }}
),

components as (
    select * from {{ table('policy_components') }}
)

select
    wide.month,
    wide.account_id,
    components.pillar,
    components.component,
    components.metric,
    wide.metric_values[components.position] as metric_value,
    wide.component_scores[components.position] as component_score,
    components.weight,
    wide.contributions[components.position] as contribution,
    wide.missing_reasons[components.position] as missing_reason,
    components.is_actionable,
    wide.policy_version
from wide
join components on components.policy_version = wide.policy_version

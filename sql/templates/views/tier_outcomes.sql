-- One row per account and month: what had become of it {{ outcome_months | join(', ') }} months later.
with
published as (
    select distinct month from {{ table('runs') }} where status = 'published'
),

tiers as (
    select month, account_id, tier, arr from {{ table('account_tiers') }}
),

scores as (
    select month, account_id, health from {{ table('account_scores') }}
),

-- An absent account left with its last exit, which counts until it enters again.
exits as (
    select
        account_id,
        exit_reason,
        month,
        lead(month) over (partition by account_id order by month) as next_month
    from {{ table('tier_changes') }}
    where kind = 'exit'
),

{% for months in outcome_months %}
later_{{ months }} as (
    select
        tiers.month,
        tiers.account_id,
        published.month is not null as is_elapsed,
        later.account_id is not null as is_in_scope,
        coalesce(exits.exit_reason, 'churned') = 'churned' as is_own_exit,
        later.arr < tiers.arr as is_lower,
        later.arr > tiers.arr as is_higher
    from tiers
    left join published on published.month = {{ months_after('tiers.month', months) }}
    left join tiers as later
        on later.account_id = tiers.account_id
        and later.month = {{ months_after('tiers.month', months) }}
    left join exits
        on later.account_id is null
        and exits.account_id = tiers.account_id
        and exits.month <= {{ months_after('tiers.month', months) }}
        and (exits.next_month is null or exits.next_month > {{ months_after('tiers.month', months) }})
),

outcomes_{{ months }} as (
    select
        month,
        account_id,
        case when is_elapsed then not is_in_scope and is_own_exit end as is_churned,
        case
            when is_elapsed and is_in_scope then is_lower
            when is_elapsed and is_own_exit then false
        end as is_contracted,
        case
            when is_elapsed and is_in_scope then is_higher
            when is_elapsed and is_own_exit then false
        end as is_expanded
    from later_{{ months }}
){{ comma(loop) }}

{% endfor %}
select
    tiers.month,
    tiers.account_id,
    tiers.tier,
    scores.health,
    tiers.arr,
    {% for months in outcome_months %}
    outcomes_{{ months }}.is_churned as is_churned_after_{{ months }}_months,
    outcomes_{{ months }}.is_contracted as is_contracted_after_{{ months }}_months,
    outcomes_{{ months }}.is_expanded as is_expanded_after_{{ months }}_months{{ comma(loop) }}
    {% endfor %}
from tiers
left join scores on scores.account_id = tiers.account_id and scores.month = tiers.month
{% for months in outcome_months %}
left join outcomes_{{ months }}
    on outcomes_{{ months }}.account_id = tiers.account_id
    and outcomes_{{ months }}.month = tiers.month
{% endfor %}

-- One row per account and month: what had become of it {{ outcome_months | join(', ') }} months later.
-- It has churned if its service ended by then and an exit followed that is no merger and not undone by a return.
with
newest as (
    select max(month) as month from {{ table('runs') }} where status = 'published'
),

features as (
    select month, account_id, is_in_grace from {{ table('account_features') }}
),

tiers as (
    select
        account_tiers.month,
        account_tiers.account_id,
        account_tiers.tier,
        account_tiers.base_tier,
        account_tiers.arr,
        features.is_in_grace,
        coalesce(features.is_in_grace, false) as has_lapsed
    from {{ table('account_tiers') }} as account_tiers
    left join features on features.account_id = account_tiers.account_id and features.month = account_tiers.month
),

scores as (
    select month, account_id, health from {{ table('account_scores') }}
),

-- An absent account left with its last exit, which counts until it enters again.
exits as (
    select
        account_id,
        coalesce(exit_reason, 'churned') as exit_reason,
        month,
        lead(month) over (partition by account_id order by month) as next_month
    from {{ table('tier_changes') }}
    where kind = 'exit'
),

-- The last month with service before each exit, and whether the account came back soon.
departures as (
    select
        exits.account_id,
        exits.exit_reason,
        max(case when tiers.month < exits.month and not tiers.has_lapsed then tiers.month end) as last_month,
        count(
            case when tiers.month between exits.month and {{ months_after('exits.month', months_for_return) }} then 1 end
        ) as months_back
    from exits
    join tiers on tiers.account_id = exits.account_id
    group by exits.account_id, exits.exit_reason, exits.month
),

-- In grace in the newest month: nobody knows yet whether it will leave.
lapsed as (
    select
        tiers.account_id,
        max(case when not tiers.has_lapsed then tiers.month end) as last_month
    from tiers
    cross join newest
    group by tiers.account_id
    having count(case when tiers.has_lapsed and tiers.month = newest.month then 1 end) > 0
),

found as (
    select account_id, last_month, false as is_pending
    from departures
    where exit_reason = 'churned' and months_back = 0
    union all
    select account_id, last_month, true as is_pending
    from lapsed
),

endings as (
    select account_id, last_month, bool_and(is_pending) as is_pending
    from found
    group by account_id, last_month
),

-- From each month on, the next last month with service.
ahead as (
    select
        tiers.month,
        tiers.account_id,
        tiers.arr,
        tiers.has_lapsed,
        min(case when not endings.is_pending then tiers.month end) over following as last_month,
        min(case when endings.is_pending then tiers.month end) over following as last_month_pending
    from tiers
    left join endings on endings.account_id = tiers.account_id and endings.last_month = tiers.month
    window following as (
        partition by tiers.account_id order by tiers.month rows between current row and unbounded following
    )
),

{% for months in outcome_months %}
later_{{ months }} as (
    select
        ahead.month,
        ahead.account_id,
        newest.month >= {{ months_after('ahead.month', months + months_for_return) }}
            and not ahead.has_lapsed as is_elapsed,
        coalesce(ahead.last_month_pending < {{ months_after('ahead.month', months) }}, false) as is_pending,
        coalesce(ahead.last_month < {{ months_after('ahead.month', months) }}, false) as is_churned,
        later.account_id is not null and not later.has_lapsed as is_served,
        later.account_id is null and coalesce(exits.exit_reason <> 'churned', false) as is_elsewhere,
        {{ at_most('later.arr', 'ahead.arr * ' ~ contracted_to_share) }} as is_lower,
        {{ at_most('ahead.arr * ' ~ expanded_to_share, 'later.arr') }} as is_higher
    from ahead
    cross join newest
    left join tiers as later
        on later.account_id = ahead.account_id
        and later.month = {{ months_after('ahead.month', months) }}
    left join exits
        on later.account_id is null
        and exits.account_id = ahead.account_id
        and exits.month <= {{ months_after('ahead.month', months) }}
        and (exits.next_month is null or exits.next_month > {{ months_after('ahead.month', months) }})
),

outcomes_{{ months }} as (
    select
        month,
        account_id,
        case when is_elapsed and (is_churned or not is_pending) then is_churned end as is_churned,
        case
            when is_elapsed and is_churned then false
            when is_elapsed and not is_pending and not is_elsewhere then is_served and is_lower
        end as is_contracted,
        case
            when is_elapsed and is_churned then false
            when is_elapsed and not is_pending and not is_elsewhere then is_served and is_higher
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
    outcomes_{{ months }}.is_expanded as is_expanded_after_{{ months }}_months,
    {% endfor %}
    tiers.base_tier,
    tiers.tier <> tiers.base_tier as is_lifted,
    tiers.is_in_grace
from tiers
left join scores on scores.account_id = tiers.account_id and scores.month = tiers.month
{% for months in outcome_months %}
left join outcomes_{{ months }}
    on outcomes_{{ months }}.account_id = tiers.account_id
    and outcomes_{{ months }}.month = tiers.month
{% endfor %}

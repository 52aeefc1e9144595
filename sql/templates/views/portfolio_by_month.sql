-- One row per month: the whole portfolio.
with
published as (
    select distinct month from {{ table('runs') }} where status = 'published'
),

accounts as (
    select
        tiers.month,
        tiers.tier,
        tiers.previous_tier,
        tiers.arr,
        tiers.is_provisional,
        tiers.lift_started_month,
        tiers.override_start_date,
        tiers.is_silent,
        tiers.is_silence_suspended,
        scores.health,
        scores.cost_to_serve,
        case when scores.cost_to_serve is not null then scores.gross_profit end as gross_profit,
        scores.margin,
        case when scores.cost_to_serve is not null then tiers.arr end as arr_with_cost
    from {{ table('account_tiers') }} as tiers
    left join {{ table('account_scores') }} as scores
        on scores.account_id = tiers.account_id and scores.month = tiers.month
),

totals as (
    select
        month,
        count(*) as accounts,
        {{ exact_sum('arr') }} as arr,
        {% for tier in tiers | reverse %}
        count(case when tier = '{{ tier }}' then 1 end) as {{ tier }}_accounts,
        {{ exact_sum("case when tier = '" ~ tier ~ "' then arr else 0 end") }} as {{ tier }}_arr,
        {% endfor %}
        {{ exact_sum('health') }} / nullif(count(health), 0) as health_mean,
        count(case when is_provisional then 1 end) as provisional_accounts,
        count(lift_started_month) as lifted_accounts,
        count(override_start_date) as overridden_accounts,
        count(case when previous_tier is null then 1 end) as entries,
        count(cost_to_serve) as accounts_with_cost,
        {{ exact_sum('cost_to_serve') }} as cost_to_serve,
        {{ exact_sum('gross_profit') }} as gross_profit,
        {{ exact_sum('margin') }} as margin,
        {{ exact_sum('arr_with_cost') }} as arr_with_cost,
        count(case when is_silent then 1 end) as silent_accounts,
        max(case when is_silence_suspended then 1 else 0 end) = 1 as is_silence_suspended
    from accounts
    group by month
),

changes as (
    select
        month,
        count(case when kind = 'exit' then 1 end) as exits,
        count(case when kind = 'promotion' then 1 end) as promotions,
        count(case when kind = 'demotion' then 1 end) as demotions
    from {{ table('tier_changes') }}
    group by month
),

risks as (
    select
        month,
        count(*) as accounts_at_risk,
        {{ exact_sum('arr') }} as arr_at_risk
    from {{ table('account_risks') }}
    group by month
)

-- A month without accounts has a row as well.
select
    published.month,
    coalesce(totals.accounts, 0) as accounts,
    coalesce(totals.arr, 0) as arr,
    {% for tier in tiers | reverse %}
    coalesce(totals.{{ tier }}_accounts, 0) as {{ tier }}_accounts,
    coalesce(totals.{{ tier }}_arr, 0) as {{ tier }}_arr,
    {% endfor %}
    totals.health_mean,
    coalesce(totals.provisional_accounts, 0) as provisional_accounts,
    coalesce(totals.lifted_accounts, 0) as lifted_accounts,
    coalesce(totals.overridden_accounts, 0) as overridden_accounts,
    coalesce(totals.entries, 0) as entries,
    coalesce(changes.exits, 0) as exits,
    coalesce(changes.promotions, 0) as promotions,
    coalesce(changes.demotions, 0) as demotions,
    coalesce(totals.accounts_with_cost, 0) as accounts_with_cost,
    totals.cost_to_serve,
    totals.gross_profit,
    totals.margin,
    totals.cost_to_serve / nullif(totals.arr_with_cost, 0) as cost_to_serve_ratio,
    coalesce(totals.silent_accounts, 0) as silent_accounts,
    cast(totals.silent_accounts as double precision) / nullif(totals.accounts, 0) as silent_share,
    coalesce(totals.is_silence_suspended, false) as is_silence_suspended,
    coalesce(risks.accounts_at_risk, 0) as accounts_at_risk,
    coalesce(risks.arr_at_risk, 0) as arr_at_risk
from published
left join totals on totals.month = published.month
left join changes on changes.month = published.month
left join risks on risks.month = published.month

-- One row per month and tier: cost to serve against margin.
with
tiers as (
    select month, account_id, tier, arr from {{ table('account_tiers') }}
),

scores as (
    select month, account_id, cost_to_serve, gross_profit, margin from {{ table('account_scores') }}
),

accounts as (
    select
        tiers.month,
        tiers.tier,
        tiers.arr,
        scores.cost_to_serve,
        case when scores.cost_to_serve is not null then tiers.arr end as arr_with_cost,
        case when scores.cost_to_serve is not null then scores.gross_profit end as gross_profit,
        scores.margin
    from tiers
    left join scores on scores.account_id = tiers.account_id and scores.month = tiers.month
),

totals as (
    select
        month,
        tier,
        count(*) as accounts,
        {{ exact_sum('arr') }} as arr,
        count(cost_to_serve) as accounts_with_cost,
        {{ exact_sum('cost_to_serve') }} as cost_to_serve,
        {{ exact_sum('gross_profit') }} as gross_profit,
        {{ exact_sum('margin') }} as margin,
        {{ exact_sum('arr_with_cost') }} as arr_with_cost
    from accounts
    group by month, tier
)

select
    month,
    tier,
    accounts,
    arr,
    accounts_with_cost,
    cost_to_serve,
    gross_profit,
    margin,
    cost_to_serve / nullif(arr_with_cost, 0) as cost_to_serve_ratio
from totals

-- One row per account and unbroken stretch of months in one tier.
with
newest as (
    select max(month) as month from {{ table('runs') }} where status = 'published'
),

numbered as (
    select
        account_id,
        tier,
        month,
        extract(year from month) * 12 + extract(month from month) as month_number,
        row_number() over (partition by account_id, tier order by month) as place
    from {{ table('account_tiers') }}
),

-- Within a stretch both numbers grow by one, so their difference stays the same.
stretches as (
    select
        account_id,
        tier,
        min(month) as first_month,
        max(month) as last_month,
        count(*) as months
    from numbered
    group by account_id, tier, month_number - place
)

select
    stretches.account_id,
    stretches.tier,
    stretches.first_month as valid_from,
    case
        when stretches.last_month < newest.month
            then cast(stretches.last_month + interval '1 month' - interval '1 day' as date)
    end as valid_to,
    stretches.months
from stretches
cross join newest

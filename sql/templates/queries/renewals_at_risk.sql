-- Which accounts at risk renew soon?
-- One row per account of accounts_at_risk whose renewal is overdue, or within a number of days of the newest
-- month's end. A risk of unaffordable_lift or chronic_risk means that no further help starts by itself: a person has
-- to decide.
with
parameters as (
    select 90 as days_ahead
)

select
    account_id,
    name,
    renewal_date,
    risk,
    tier,
    health,
    health_2_months_ago,
    arr,
    owner
from accounts_at_risk
cross join parameters
where renewal_date < cast(month + interval '1 month' as date) + days_ahead
order by renewal_date, arr desc, account_id;

-- Which accounts at risk renew soon?
-- One row per account of accounts_at_risk whose renewal is overdue, or within a number of days of the newest
-- month's end. Its next action says what is to be done, and by when.
with
parameters as (
    select 90 as days_ahead
)

select
    account_id,
    name,
    renewal_date,
    reason,
    next_action,
    tier,
    health,
    health_2_months_ago,
    arr,
    owner
from accounts_at_risk
cross join parameters
where renewal_date < cast(month + interval '1 month' as date) + days_ahead
order by renewal_date, arr desc, account_id;

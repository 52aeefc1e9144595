-- Usage by account, day and feature. The file names a subscription; its subscription says whose it is.
-- A left join: a row of an unknown subscription stops the run as a row without account, instead of vanishing.
-- usage_id is not looked at: 21 ids are on two rows each, and those differ in everything else.
with usage_of_subscriptions as (
    select subscription_id, usage_date, feature_name, usage_count
    from read_csv('data/ravenstack_feature_usage.csv')
),

owners as (
    select subscription_id, account_id
    from read_csv('data/ravenstack_subscriptions.csv')
)

select
    owners.account_id,
    used.usage_date as date,
    used.feature_name as feature,
    sum(used.usage_count)::bigint as events
from usage_of_subscriptions as used
left join owners using (subscription_id)
group by all

-- Events by customer, day and kind of event.
select
    customer_id as account_id,
    timestamp::timestamp::date as date,
    event_type as feature,
    count(*) as events
from read_parquet('data/usage_events.parquet')
group by all

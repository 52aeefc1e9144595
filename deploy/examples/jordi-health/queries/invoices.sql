-- One invoice per attempt to collect a payment, due on that day: paid then, or failed.
-- Whether a failed one was paid later is not recorded, so it stays failed. invoice_past_due always comes with a failed
-- payment of the same day for the same invoice, so it is not a second one.
select
    customer_id as account_id,
    id as invoice_id,
    event_date as issued_date,
    case when event_type = 'payment_success' then event_date end as paid_date,
    amount,
    case event_type when 'payment_success' then 'paid' when 'payment_failed' then 'failed' end as status
from read_csv('data/payment_events.csv')
where event_type <> 'invoice_past_due'

-- One subscription per customer, at the only MRR that is known: today's.
-- It ends days_to_churn after sign-up, where that day had come when the labels were written. 39 of 89 churn dates lie
-- after that day: they are forecasts, so these subscriptions have no end.
with churn as (
    select
        labels.customer_id,
        labels.snapshot_date,
        customers.signup_date + labels.days_to_churn::integer as churn_date
    from read_csv('data/churn_labels.csv') as labels
    inner join read_csv('data/customers.csv') as customers on customers.id = labels.customer_id
    where labels.churned
)

select
    customers.id as account_id,
    customers.id as subscription_id,
    customers.mrr,
    customers.signup_date as start_date,
    case when churn.churn_date <= churn.snapshot_date then churn.churn_date end as end_date
from read_csv('data/customers.csv') as customers
left join churn on churn.customer_id = customers.id

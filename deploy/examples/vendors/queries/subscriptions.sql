-- Subscriptions of Stripe: one row per item, and one more from each day on which a trial or a discount ends or a
-- discount begins. Of rows with the same subscription_id the latest start counts, so each holds until the next.
-- To run it in your own warehouse, let the first blocks read your tables: `from stripe.subscription`.
with
subscription as (
    select *
    from read_csv(
        ['data/dbt_stripe/seeds/subscription_data.csv', 'added/stripe_subscription.csv'], union_by_name = true
    )
),

subscription_item as (
    select * from read_csv('data/dbt_stripe/seeds/subscription_item_data.csv')
),

price as (
    select *
    from read_csv(['data/dbt_stripe/seeds/price_data.csv', 'added/stripe_price.csv'], union_by_name = true)
),

plan as (
    select * from read_csv('data/dbt_stripe/seeds/plan_data.csv')
),

product as (
    select * from read_csv('data/dbt_stripe/seeds/product_data.csv')
),

subscription_discount as (
    select *
    from read_csv(
        ['data/dbt_stripe/seeds/subscription_discount_data.csv', 'added/stripe_subscription_discount.csv'],
        union_by_name = true
    )
),

coupon as (
    select * from read_csv('data/dbt_stripe/seeds/coupon_data.csv')
),

customer as (
    select * from read_csv('data/dbt_stripe/seeds/customer_data.csv')
),

account_map as (
    select vendor_id, account_id
    from read_csv('added/account_map.csv', all_varchar = true)
    where system = 'stripe_customer'
),

-- Whose it is: what your billing writes into the customer's metadata, else the map.
owners as (
    select
        subscription.id as subscription_id,
        coalesce(cast(customer.metadata as json) ->> 'crm_account_id', account_map.account_id) as account_id
    from subscription
    left join customer on customer.id = subscription.customer_id
    left join account_map on account_map.vendor_id = subscription.customer_id
),

-- Older connectors land prices as plans. Metered prices have no amount per month, so they give none.
prices as (
    select id, product_id, currency, unit_amount, recurring_interval as term, recurring_interval_count as terms
    from price
    where type = 'recurring' and recurring_usage_type = 'licensed'
    union all
    select id, product_id, currency, amount, "interval", interval_count
    from plan
    where usage_type = 'licensed' and id not in (select id from price)
),

-- Amounts are in the smallest unit of the currency, which is not a hundredth everywhere.
monthly as (
    select
        id,
        product_id,
        upper(currency) as currency,
        case term when 'day' then 12.0 / 365 when 'week' then 12.0 / 52 when 'month' then 1 when 'year' then 12 end
            * terms as months,
        unit_amount,
        case
            when currency in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv',
                'xaf', 'xof', 'xpf') then 1
            when currency in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 1000
            else 100
        end as units
    from prices
),

-- The last day is the last whole one. A left join: an item without price has no mrr and is quarantined, not lost.
-- An item says nothing of its past: months of before have its present price and quantity.
items as (
    select
        item.id as item_id,
        subscription.id as subscription_id,
        owners.account_id,
        coalesce(product.name, monthly.product_id, item.plan_id) as product,
        item.quantity,
        item.quantity * monthly.unit_amount * 1.0 / monthly.units / monthly.months as list_mrr,
        monthly.currency,
        monthly.months,
        monthly.units,
        cast(subscription.start_date as date) as start_date,
        cast(subscription.trial_end as date) as trial_end,
        cast(
            coalesce(
                subscription.ended_at,
                subscription.cancel_at,
                case when subscription.cancel_at_period_end then subscription.current_period_end end
            ) as date
        ) - 1 as end_date,
        case
            when monthly.months >= 6 and not subscription.cancel_at_period_end
                then cast(subscription.current_period_end as date)
        end as renewal_date
    from subscription
    inner join subscription_item as item on item.subscription_id = subscription.id
    left join owners on owners.subscription_id = subscription.id
    left join monthly on monthly.id = item.plan_id
    left join product on product.id = monthly.product_id
    where subscription.livemode and subscription.status not in ('incomplete', 'incomplete_expired')
),

-- A coupon for one invoice changes nothing that recurs.
discounts as (
    select
        discount.subscription_id,
        cast(discount."start" as date) as start_date,
        cast(discount."end" as date) as end_date,
        coalesce(coupon.percent_off, 0) as percent_off,
        coalesce(coupon.amount_off, 0) as amount_off
    from subscription_discount as discount
    inner join coupon on coupon.id = discount.coupon_id
    where coupon.duration <> 'once'
),

days as (
    select item_id, start_date as from_date from items
    union
    select item_id, trial_end from items
    union
    select items.item_id, discounts.start_date
    from items
    inner join discounts on discounts.subscription_id = items.subscription_id
    union
    select items.item_id, discounts.end_date
    from items
    inner join discounts on discounts.subscription_id = items.subscription_id
),

-- Several discounts of one subscription are added up; an amount is shared among its items by their list price.
discounted as (
    select
        items.item_id,
        days.from_date,
        coalesce(sum(discounts.percent_off), 0) as percent_off,
        coalesce(sum(discounts.amount_off), 0) as amount_off
    from items
    inner join days
        on days.item_id = items.item_id
        and days.from_date >= items.start_date
        and days.from_date <= coalesce(items.end_date, days.from_date)
    left join discounts
        on discounts.subscription_id = items.subscription_id
        and discounts.start_date <= days.from_date
        and coalesce(discounts.end_date > days.from_date, true)
    group by items.item_id, days.from_date
),

shares as (
    select item_id, list_mrr / nullif(sum(list_mrr) over (partition by subscription_id, currency), 0) as share
    from items
)

select
    items.account_id,
    items.item_id as subscription_id,
    items.product,
    greatest(
        0,
        items.list_mrr * (1 - discounted.percent_off / 100.0)
        - coalesce(discounted.amount_off * shares.share / items.units / items.months, 0)
    ) as mrr,
    items.currency,
    items.quantity as seats,
    discounted.from_date as start_date,
    items.end_date,
    items.renewal_date,
    coalesce(discounted.from_date < items.trial_end, false) as is_trial
from items
inner join discounted on discounted.item_id = items.item_id
inner join shares on shares.item_id = items.item_id

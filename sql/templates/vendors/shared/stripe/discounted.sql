{# What discounts leave of the amounts of items. Reads states, and the blocks of discounts.sql; the last blocks are reduced,
   before amounts off whole subscriptions, and these as shared. #}
{% from 'shared/money.sql' import compounded, not_negative %}
-- The discounts of each item on each of these days; of the customer only where the subscription has none of its own.
running as (
    select
        states.item_id,
        states.subscription_id,
        states.day,
        states.product_id,
        levels.level,
        discounts.id as discount_id,
        discounts.coupon_id,
        discounts.percent_off,
        case
            when discounts.amount_off is null then null
            when coalesce(discounts.currency, states.currency) is not distinct from states.currency
                then discounts.amount_off
            else
                cast((discounts.currency_options -> states.currency) ->> 'amount_off' as double precision)
        end / states.units as amount_off,
        discounts.amount_off is not null as is_amount,
        max(levels.level) over (partition by states.subscription_id, states.day) > 2
        and max(case when levels.level = 2 then 1 else 0 end) over (partition by states.subscription_id, states.day) = 1
        and levels.level = 3 as is_overridden
    from states
    inner join levels on levels.item_id = states.item_id
    inner join discounts
        on discounts.id = levels.discount_id
        and (discounts.from_day is null or discounts.from_day <= states.day)
        and (discounts.until_day is null or discounts.until_day > states.day)
),

-- A coupon may be restricted to products.
applied as (
    select *
    from running
    where
        not is_overridden
        and (
            not exists (select 1 from coupon_products where coupon_products.coupon_id = running.coupon_id)
            or exists (
                select 1
                from coupon_products
                where coupon_products.coupon_id = running.coupon_id and coupon_products.product_id = running.product_id
            )
        )
),

-- Percentages compound, and amounts follow: first those of the item, then those of its subscription.
factors as (
    select
        item_id,
        day,
        {{ compounded('percent_off', 'level = 1') }} as item_factor,
        sum(case when level = 1 then amount_off end) as item_amount,
        {{ compounded('percent_off', 'level > 1') }} as subscription_factor
    from applied
    group by item_id, day
),

reduced as (
    select
        states.*,
        states.list_mrr * coalesce(factors.item_factor, 1) - coalesce(factors.item_amount / states.months, 0) as own_mrr,
        coalesce(factors.subscription_factor, 1) as subscription_factor
    from states
    left join factors on factors.item_id = states.item_id and factors.day = states.day
),

-- An amount off a subscription is taken off each of its invoices, and shared among the items that it is for.
shares as (
    select
        applied.item_id,
        applied.day,
        applied.amount_off
        / min(reduced.months) over discount_on_day
        * {{ not_negative('reduced.own_mrr') }} * reduced.subscription_factor
        / nullif(
            sum({{ not_negative('reduced.own_mrr') }} * reduced.subscription_factor) over discount_on_day, 0
        ) as amount
    from applied
    inner join reduced on reduced.item_id = applied.item_id and reduced.day = applied.day
    where applied.level > 1 and applied.amount_off is not null
    window discount_on_day as (partition by applied.subscription_id, applied.day, applied.discount_id)
),

shared as (
    select item_id, day, sum(amount) as amount
    from shares
    group by item_id, day
)

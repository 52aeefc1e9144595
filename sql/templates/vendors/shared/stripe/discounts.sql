{# The discounts that recur, and whose they are. Reads items; the last blocks are discounts, coupon_products and levels. #}
{% from 'shared/json.sql' import ids_in %}
-- A discount is that of an item, a subscription or a customer. Those of a single invoice recur in no other, and some
-- connectors landed those of subscriptions as the customer's as well.
landed_discounts as (
    select
        id,
        1 as place,
        case when type = 'SUBSCRIPTION_ITEM' then coalesce(subscription_item_id, type_id) else subscription_item_id end
            as item_id,
        case when type = 'SUBSCRIPTION' then coalesce(subscription_id, type_id) else subscription_id end
            as subscription_id,
        case when type = 'CUSTOMER' then coalesce(customer_id, type_id) else customer_id end as customer_id,
        coupon_id, starts_at, ends_at, percent_off, amount_off, currency, duration, duration_in_months, is_deleted,
        synced_at
    from (
        select
            id, upper(type) as type, type_id, coupon_id, customer_id, subscription_id, subscription_item_id, invoice_id,
            invoice_item_id, starts_at, ends_at, percent_off, coalesce(amount_off, amount) as amount_off, currency,
            duration, duration_in_months, is_deleted, synced_at
        from discount
    ) as typed
    where
        type in ('SUBSCRIPTION_ITEM', 'SUBSCRIPTION', 'CUSTOMER')
        or (type is null and invoice_id is null and invoice_item_id is null)
    {% for table in ('subscription_discount', 'customer_discount') %}
    union all
    select
        id, {{ loop.index + 1 }}, subscription_item_id, subscription_id, customer_id, coupon_id, starts_at, ends_at,
        percent_off, amount_off, currency, duration, duration_in_months, is_deleted, synced_at
    from {{ table }}
    where invoice_id is null and invoice_item_id is null
    {% endfor %}
),

named_discounts as (
    select
        coalesce(
            id,
            concat_ws('/', coupon_id, item_id, subscription_id, customer_id, cast(starts_at as varchar))
        ) as id,
        place, item_id, subscription_id, customer_id, coupon_id, starts_at, ends_at, percent_off, amount_off, currency,
        duration, duration_in_months, is_deleted, synced_at
    from landed_discounts
),

-- A coupon whose row is gone counts by what the discount says. One for a single invoice changes nothing that recurs; a
-- repeating one ends after its months. A discount that was removed before its end counts for nothing, as it would if its
-- row were gone.
discounts as (
    select
        landed.id,
        landed.item_id,
        landed.subscription_id,
        landed.customer_id,
        landed.coupon_id,
        cast(landed.starts_at as date) as from_day,
        cast(
            coalesce(
                landed.ends_at,
                case
                    when coalesce(coupon.duration, landed.duration) = 'repeating'
                        then
                            landed.starts_at
                            + coalesce(coupon.duration_in_months, landed.duration_in_months) * interval '1 month'
                end
            ) as date
        ) as until_day,
        coalesce(coupon.percent_off, landed.percent_off) as percent_off,
        coalesce(coupon.amount_off, landed.amount_off) as amount_off,
        lower(coalesce(coupon.currency, landed.currency)) as currency,
        coupon.currency_options
    from (
        select named.*, row_number() over (partition by id order by place) as nth
        from named_discounts as named
    ) as landed
    left join coupon on coupon.id = landed.coupon_id
    where
        landed.nth = 1
        and coalesce(coupon.duration, landed.duration, 'forever') <> 'once'
        and (not coalesce(landed.is_deleted, false) or coalesce(landed.ends_at <= landed.synced_at, false))
),

coupon_products as (
    select
        id as coupon_id,
        {{ ids_in("coalesce(applies_to_products -> 'products', applies_to_products)") }} as product_id
    from coupon
),

levels as (
    select items.item_id, items.subscription_id, 1 as level, discounts.id as discount_id
    from items
    inner join discounts on discounts.item_id = items.item_id
    where items.left_out_because is null
    union all
    select items.item_id, items.subscription_id, 2, discounts.id
    from items
    inner join discounts on discounts.subscription_id = items.subscription_id and discounts.item_id is null
    where items.left_out_because is null
    union all
    select items.item_id, items.subscription_id, 3, discounts.id
    from items
    inner join discounts
        on discounts.customer_id = items.customer_id
        and discounts.item_id is null
        and discounts.subscription_id is null
    where items.left_out_because is null
)

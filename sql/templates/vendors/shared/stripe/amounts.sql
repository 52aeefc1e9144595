{# What each version of an item costs by its price. Reads all_items, subscription_item_versions and prices; the last block is
   amounts. #}
{% from 'shared/money.sql' import minor_units, months_in %}
-- The currency is the subscription's. Where that is not landed, it is the customer's if the price has it, too.
priced as (
    select
        version.id as item_id,
        version.number,
        version.holds_from,
        version.holds_until,
        version.plan_id,
        version.quantity,
        version.current_period_end,
        prices.id as price_id,
        prices.product_id,
        prices.term,
        prices.terms,
        prices.tiers_mode,
        prices.divide_by,
        prices.rounded,
        prices.unit_amount,
        prices.currency as price_currency,
        coalesce(choice.unit_amount_decimal, choice.unit_amount) as choice_amount,
        coalesce(prices.billing_scheme, case when prices.tiers_mode is not null then 'tiered' end) = 'tiered' as is_tiered,
        coalesce(prices.usage_type = 'metered', prices.id is not null and version.quantity is null) as is_metered,
        case
            when items.currency is not null then items.currency
            when choice.price_id is not null or (prices.currency_options -> items.customer_currency) is not null
                then items.customer_currency
            else prices.currency
        end as currency,
        prices.currency_options
    from subscription_item_versions as version
    inner join all_items as items on items.item_id = version.id
    left join prices on prices.id = version.plan_id
    left join price_currency_option as choice
        on choice.price_id = prices.id
        and lower(choice.currency) = coalesce(items.currency, items.customer_currency)
),

-- Tiers are landed as a table, or as a list within the price, those of other currencies within its currency options.
tier_lists as (
    select id as price_id, currency, tiers as list
    from prices
    where tiers is not null
    union
    select price_id, currency, (currency_options -> currency) -> 'tiers'
    from priced
    where currency <> price_currency
),

places (place) as (
    values {% for place in range(100) %}({{ place }}){{ '' if loop.last else ', ' }}{% endfor %}

),

listed_tiers as (
    select price_id, currency, list -> place as tier
    from tier_lists
    inner join places
        on places.place
        < case when cast(list as varchar) like '[%' then json_array_length(cast(list as json)) else 0 end
),

all_tiers as (
    select
        coalesce(tier.price_id, tier.plan_id) as price_id,
        lower(coalesce(tier.currency, prices.currency)) as currency,
        tier.up_to,
        coalesce(tier.unit_amount_decimal, tier.unit_amount) as unit_amount,
        coalesce(tier.flat_amount_decimal, tier.flat_amount) as flat_amount
    from tier
    inner join prices on prices.id = coalesce(tier.price_id, tier.plan_id)
    union all
    select
        price_id,
        currency,
        tier ->> 'up_to',
        cast(coalesce(tier ->> 'unit_amount_decimal', tier ->> 'unit_amount') as double precision),
        cast(coalesce(tier ->> 'flat_amount_decimal', tier ->> 'flat_amount') as double precision)
    from listed_tiers
    where not exists (select 1 from tier where coalesce(tier.price_id, tier.plan_id) = listed_tiers.price_id)
),

-- Each tier begins where the one before it ends; the last one has no end. A tier has a price per unit, a flat one, or both.
tiers as (
    select
        price_id,
        currency,
        up_to,
        coalesce(lag(up_to) over (partition by price_id, currency order by up_to nulls last), 0) as beyond,
        coalesce(unit_amount, case when flat_amount is not null then 0 end) as unit_amount,
        coalesce(flat_amount, 0) as flat_amount
    from (
        select
            price_id,
            currency,
            case when up_to ~ '^[0-9]' then cast(up_to as double precision) end as up_to,
            unit_amount,
            flat_amount
        from all_tiers
    ) as numbered
),

-- The tiers that a quantity reaches: each counts for its own part (graduated), or the last one for all of it (volume).
-- The flat amount of the first tier is due for a quantity of 0, too.
tiered as (
    select
        priced.item_id,
        priced.number,
        case
            when count(tiers.unit_amount) < count(*) then null
            when max(coalesce(tiers.up_to, priced.quantity)) < priced.quantity then null
            when priced.tiers_mode = 'volume'
                then sum(
                    case
                        when tiers.up_to is null or tiers.up_to >= priced.quantity
                            then priced.quantity * tiers.unit_amount + tiers.flat_amount
                    end
                )
            when priced.tiers_mode = 'graduated'
                then sum(
                    (least(priced.quantity, tiers.up_to) - tiers.beyond) * tiers.unit_amount + tiers.flat_amount
                )
        end as amount
    from priced
    inner join tiers
        on tiers.price_id = priced.price_id
        and tiers.currency = priced.currency
        and (tiers.beyond < priced.quantity or tiers.beyond = 0)
    where priced.is_tiered
    group by priced.item_id, priced.number, priced.quantity, priced.tiers_mode
),

-- What the lines of an item's last period cost together, prorations aside: of graduated prices each tier is a line.
billed as (
    select item_id, currency, sum(amount) as amount
    from (
        select
            line.subscription_item_id as item_id,
            lower(line.currency) as currency,
            line.amount,
            rank() over (partition by line.subscription_item_id order by cast(line.period_start as date) desc) as place
        from invoice_line_item as line
        left join invoice on invoice.id = line.invoice_id
        where
            not coalesce(line.proration, false)
            and not coalesce(line.is_deleted, false)
            and not coalesce(invoice.is_deleted, false)
            and coalesce(invoice.status, 'open') not in {{ words(options.invoices_without_revenue) }}
            and line.subscription_item_id is not null
    ) as lines
    where place = 1
    group by item_id, currency
),

-- In the smallest unit of the currency, per term. A package is paid for whole.
amounts as (
    select
        priced.*,
        {{ minor_units('priced.currency') }} as units,
        {{ months_in('priced.term', 'priced.terms') }} as months,
        case
            when priced.quantity is null then null
            when priced.is_tiered then coalesce(tiered.amount, billed.amount)
            else
                case
                    when priced.divide_by > 0 and priced.rounded = 'down' then floor(priced.quantity / priced.divide_by)
                    when priced.divide_by > 0 then ceil(priced.quantity / priced.divide_by)
                    else priced.quantity
                end
                * case
                    when priced.currency is distinct from priced.price_currency
                        then
                            coalesce(
                                priced.choice_amount,
                                cast(
                                    coalesce(
                                        (priced.currency_options -> priced.currency) ->> 'unit_amount_decimal',
                                        (priced.currency_options -> priced.currency) ->> 'unit_amount'
                                    ) as double precision
                                )
                            )
                    else priced.unit_amount
                end
        end as amount
    from priced
    left join tiered on tiered.item_id = priced.item_id and tiered.number = priced.number
    left join billed on billed.item_id = priced.item_id and billed.currency = priced.currency
)

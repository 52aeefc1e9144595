{# The source subscriptions of Stripe, made of what was invoiced: see revenue_from. #}
{% from 'shared/stripe/parts.sql' import owners_of, prices, versions_of with context %}
{% from 'shared/money.sql' import exact, minor_units, months_in %}
{% set subscription = 'subscription_history' if has('subscription_history') else 'subscription' %}
{{ demand('invoice') }}
{{ demand('invoice_line_item') }}
-- Subscriptions of Stripe, by what was invoiced: one row per item of a subscription and stretch of days on which the same
-- lines hold. Each recurring line is spread over its service period; what prorations give back is taken off.
with
{{ tables('invoice_line_item', 'invoice', subscription, 'price', 'plan', 'product', 'discount', 'customer', 'account_map') }},

{{ owners_of('invoice') }},

{{ prices() }},

{{ versions_of('subscription') }},

-- Why lines make no rows; what is null here makes some.
all_lines as (
    select
        line.*,
        coalesce(line.price_id, line.plan_id) as sold_price_id,
        lower(coalesce(line.currency, invoice.currency)) as line_currency,
        invoice.customer_id,
        owners.account_id,
        case
            when invoice.id is null then 'line_without_invoice'
            when not coalesce(line.livemode, invoice.livemode, true) then 'test_mode_line'
            when
                coalesce(invoice.status, 'open') in {{ words(options.invoices_without_revenue) }}
                or coalesce(invoice.is_deleted, false)
                or coalesce(line.is_deleted, false)
                then 'line_not_billed'
            when
                not (
                    line.subscription_item_id is not null
                    or coalesce(line.type, '') = 'subscription'
                    or (coalesce(line.proration, false) and line.subscription_id is not null)
                )
                then 'one_off'
            when not coalesce(cast(line.period_end as date) > cast(line.period_start as date), false)
                then 'line_without_period'
            {% if options.without_account == 'leave_out' %}
            when owners.account_id is null then 'line_without_account'
            {% endif %}
        end as left_out_because
    from invoice_line_item as line
    left join invoice on invoice.id = line.invoice_id
    left join owners on owners.customer_id = invoice.customer_id
),

-- What connectors land of the discount of a single line.
line_discounts as (
    select line_id, invoice_id, sum(amount) as amount
    from (
        select id, type_id as line_id, invoice_id, max(amount) as amount
        from discount
        where upper(type) like '%INVOICE_LINE_ITEM'
        group by id, type_id, invoice_id
    ) as each_discount
    group by line_id, invoice_id
),

-- What an invoice comes to without tax, and how much less that is than its lines. Such a rest of discounts and of tax
-- that prices include is shared among the lines that may be discounted. An invoice without total has none.
rests as (
    select
        lines.invoice_id,
        sum(lines.amount - coalesce(line_discounts.amount, 0))
        - max(coalesce(invoice.total_excluding_tax, invoice.total - coalesce(invoice.tax, 0))) as amount,
        sum(case when coalesce(lines.discountable, true) and lines.amount > 0 then lines.amount end) as discountable
    from all_lines as lines
    inner join invoice on invoice.id = lines.invoice_id
    left join line_discounts
        on line_discounts.line_id = lines.id
        and coalesce(line_discounts.invoice_id, lines.invoice_id) = lines.invoice_id
    where not coalesce(lines.is_deleted, false)
    group by lines.invoice_id
),

ends as (
    select
        id as subscription_id,
        cast(
            coalesce(ended_at, case when status = 'canceled' then coalesce(canceled_at, cancel_at) end) as date
        ) as end_day,
        coalesce(cancel_at_period_end, false) or cancel_at is not null or ended_at is not null as is_ending
    from subscription_versions
    where is_last
),

-- A period that is as long as the price's term is the term; another one is the part of it that it covers, as Stripe
-- prorates. Where the price is not landed, the calendar says how long the period is.
lines as (
    select
        coalesce(all_lines.subscription_item_id, all_lines.subscription_id || '/' || all_lines.sold_price_id)
            as item_id,
        all_lines.customer_id,
        all_lines.account_id,
        all_lines.line_currency as currency,
        all_lines.sold_price_id,
        prices.product_id,
        case when coalesce(prices.usage_type, 'licensed') = 'licensed' then all_lines.quantity end as quantity,
        all_lines.amount < 0 as is_credit,
        cast(all_lines.period_start as date) as from_day,
        least(cast(all_lines.period_end as date), ends.end_day) as until_day,
        case
            when
                {{ months_in('prices.term', 'prices.terms') }} >= {{ options.renewal_from_months }}
                and not coalesce(ends.is_ending, false)
                then cast(all_lines.period_end as date)
        end as renewal_date,
        {{ minor_units('all_lines.line_currency') }} as units,
        all_lines.amount - coalesce(line_discounts.amount, 0)
        - coalesce(
            case
                when rests.amount > 0 and coalesce(all_lines.discountable, true) and all_lines.amount > 0
                    then rests.amount * all_lines.amount / rests.discountable
            end,
            0
        ) as amount,
        case
            when prices.term in ('month', 'year')
                then
                    case
                        when
                            all_lines.period_start + steps.months * interval '1 month' = all_lines.period_end
                            or all_lines.period_end - steps.months * interval '1 month' = all_lines.period_start
                            then steps.months
                        else
                            steps.months
                            * extract(epoch from all_lines.period_end - all_lines.period_start)
                            / extract(
                                epoch from
                                all_lines.period_end - (all_lines.period_end - steps.months * interval '1 month')
                            )
                    end
            when prices.term in ('day', 'week')
                then
                    extract(epoch from all_lines.period_end - all_lines.period_start)
                    / case prices.term when 'day' then 86400 else 604800 end
                    * {{ months_in('prices.term', '1') }}
            else
                extract(year from age(all_lines.period_end, all_lines.period_start)) * 12
                + extract(month from age(all_lines.period_end, all_lines.period_start))
                + extract(day from age(all_lines.period_end, all_lines.period_start)) * 12.0 / 365
        end as months
    from all_lines
    left join prices on prices.id = all_lines.sold_price_id
    left join (
        select id, case term when 'year' then 12 * terms when 'month' then terms end as months from prices
    ) as steps on steps.id = prices.id
    left join ends on ends.subscription_id = all_lines.subscription_id
    left join rests on rests.invoice_id = all_lines.invoice_id
    left join line_discounts
        on line_discounts.line_id = all_lines.id
        and coalesce(line_discounts.invoice_id, all_lines.invoice_id) = all_lines.invoice_id
    where all_lines.left_out_because is null
),

days as (
    select item_id, from_day as day from lines
    union
    select item_id, until_day from lines
),

stretches as (
    select item_id, day, lead(day) over (partition by item_id order by day) as next_day
    from days
),

-- The lines of an item that hold together; those that began last have its present quantity and product.
covering as (
    select
        lines.*,
        stretches.day,
        stretches.next_day,
        rank() over (
            partition by lines.item_id, stretches.day, lines.currency
            order by case when lines.is_credit then 1 else 0 end, lines.from_day desc
        ) as place
    from stretches
    inner join lines
        on lines.item_id = stretches.item_id
        and lines.from_day <= stretches.day
        and lines.until_day > stretches.day
),

-- Each line is rounded to the smallest unit of its currency, so that a sum of credits and charges may miss 0 by as much.
sums as (
    select
        item_id,
        day,
        next_day,
        currency,
        max(customer_id) as customer_id,
        max(account_id) as account_id,
        max(case when place = 1 then product_id end) as product_id,
        max(case when place = 1 then sold_price_id end) as price_id,
        sum(case when place = 1 and not is_credit then quantity end) as quantity,
        max(renewal_date) as renewal_date,
        sum(amount / units / months) as mrr,
        sum(1.0 / units / months) as tolerance,
        max(case when is_credit then 1 else 0 end) = 1 as has_credit
    from covering
    group by item_id, day, next_day, currency
),

left_out as (
    select left_out_because as reason, id as item_id
    from all_lines
    where left_out_because is not null
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
-- What credits have taken back altogether is not there any more.
select
    sums.account_id,
    sums.item_id as subscription_id,
    coalesce(product.name, sums.product_id, sums.price_id, 'unknown') as product,
    case when sums.mrr >= 0 then {{ exact('sums.mrr') }} when sums.mrr >= -sums.tolerance then 0 end as mrr,
    upper(sums.currency) as currency,
    sums.quantity as seats,
    sums.day as start_date,
    sums.next_day - 1 as end_date,
    sums.renewal_date,
    case
        when sums.account_id is null then 'customer ' || coalesce(sums.customer_id, '') || ' has no account'
        else 'its invoice lines come to less than nothing: those that they take back are not landed'
    end as held_back_because
from sums
left join product on product.id = sums.product_id
where not (sums.has_credit and abs(sums.mrr) <= sums.tolerance)
{% endif %}

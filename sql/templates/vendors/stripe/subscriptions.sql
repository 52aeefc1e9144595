{% from 'shared/stripe/parts.sql' import owners_of, prices, versions_of with context %}
{% from 'shared/money.sql' import exact, not_negative %}
{% if options.revenue_from == 'invoice_lines' %}
{% include 'shared/stripe/invoice_lines.sql' %}
{% else %}
{% set subscription = 'subscription_history' if has('subscription_history') else 'subscription' %}
-- Subscriptions of Stripe: one row per item, and one more from each day on which its revenue changes: a trial or a
-- discount begins or ends, or history mode landed another version. Each row holds until the next one of its item.
with
{{ tables(subscription, 'subscription_item', 'price', 'plan', 'price_currency_option', 'tier', 'product', 'coupon',
    'discount', 'subscription_discount', 'customer_discount', 'customer', 'invoice', 'invoice_line_item', 'account_map') }},

{{ owners_of('subscription') }},

{{ prices() }},

{{ versions_of('subscription') }},

{{ versions_of('subscription_item') }},

-- What each version says. A trial that was put into a running subscription moves a date and ends nothing; a
-- subscription that was paused at the end of such a trial was paid for until then.
subscription_states as (
    select
        *,
        case
            when status = 'paused' and has_late_trial then true
            when status in {{ words(options.statuses_without_revenue) }} then false
            when pause_collection_behavior in {{ words(options.pauses_without_revenue) }} then false
            else true
        end as is_paying,
        case when not has_late_trial then cast(trial_end as date) end as trial_until,
        status = 'trialing' and trial_end is null as is_endless_trial
    from (
        select
            subscription_versions.*,
            cast(coalesce(start_date, created) as date) as start_day,
            cast(coalesce(created, start_date) as date) as created_day,
            coalesce(cast(trial_start as date) > cast(coalesce(start_date, created) as date), false) as has_late_trial
        from subscription_versions
    ) as dated
),

period_ends as (
    select subscription_id, max(current_period_end) as period_end
    from subscription_item
    group by subscription_id
),

-- The last version knows the end: the first day that is not paid for.
subscriptions as (
    select
        states.id,
        states.customer_id,
        owners.account_id,
        owners.currency as customer_currency,
        lower(states.currency) as currency,
        states.status,
        states.start_day,
        states.created_day,
        coalesce(states.livemode, true) as is_live,
        coalesce(states.is_deleted, false) as is_deleted,
        paying.is_ever_paying,
        cast(
            coalesce(
                states.ended_at,
                case when not coalesce(states.is_active_version, true) then states.valid_to end,
                case when states.status = 'canceled' then coalesce(states.canceled_at, states.cancel_at) end,
                case when states.status = 'paused' and states.is_paying and states.has_late_trial then states.trial_end end,
                states.cancel_at,
                case
                    when states.cancel_at_period_end
                        then coalesce(states.current_period_end, period_ends.period_end)
                end
            ) as date
        ) as end_day
    from subscription_states as states
    inner join (
        select id, bool_or(is_paying) as is_ever_paying from subscription_states group by id
    ) as paying on paying.id = states.id
    left join owners on owners.customer_id = states.customer_id
    left join period_ends on period_ends.subscription_id = states.id
    where states.is_last
),

-- An item that was replaced is marked as deleted when the connector next looks, so that a newer item of the month before
-- says more precisely when it ended.
replacements as (
    select gone.id as item_id, max(newer.created) as replaced_at
    from subscription_item_versions as gone
    inner join subscription_item_versions as newer
        on newer.subscription_id = gone.subscription_id
        and newer.created > gone.created
        and (
            gone.synced_at is null
            or (newer.created <= gone.synced_at and newer.created >= gone.synced_at - interval '1 month')
        )
    where gone.is_last and newer.is_last and gone.is_deleted
    group by gone.id
),

removals as (
    select
        item.id as item_id,
        case
            when not coalesce(item.is_active_version, true) then item.valid_to
            when item.is_deleted then coalesce(item.deleted_at, replacements.replaced_at, item.synced_at)
        end as removed_at
    from subscription_item_versions as item
    left join replacements on replacements.item_id = item.id
    where item.is_last
),

-- An item exists since it was created, those of the beginning since the beginning, and until it was removed. One that
-- was removed nobody knows when never existed.
all_items as (
    select
        item.id as item_id,
        subscriptions.id as subscription_id,
        subscriptions.customer_id,
        subscriptions.account_id,
        subscriptions.currency,
        subscriptions.customer_currency,
        subscriptions.status,
        subscriptions.is_live,
        subscriptions.is_ever_paying,
        case
            when cast(item.created as date) > subscriptions.created_day
                then greatest(cast(item.created as date), subscriptions.start_day)
            else subscriptions.start_day
        end as start_day,
        least(subscriptions.end_day, cast(removals.removed_at as date)) as end_day,
        subscriptions.is_deleted or (coalesce(item.is_deleted, false) and removals.removed_at is null) as is_deleted
    from subscriptions
    inner join subscription_item_versions as item on item.subscription_id = subscriptions.id and item.is_last
    left join removals on removals.item_id = item.id
),

{% include 'shared/stripe/amounts.sql' %}
,

{% set has_status = "status in " ~ words(options.statuses_without_revenue) %}
-- Why items make no rows; what is null here makes some.
items as (
    select
        all_items.*,
        case
            when not is_live then 'test_mode_subscription'
            when not is_ever_paying and {{ has_status }} then 'status'
            when not is_ever_paying then 'collection_paused'
            when start_day is null then 'without_start'
            when status = 'canceled' and end_day is null then 'ended_some_day'
            when metered.item_id is not null then 'metered'
            when end_day <= start_day then 'shorter_than_a_day'
            {% if options.without_account == 'leave_out' %}
            when account_id is null then 'subscription_without_account'
            {% endif %}
        end as left_out_because
    from all_items
    left join (select distinct item_id from priced where is_metered) as metered on metered.item_id = all_items.item_id
),

{% include 'shared/stripe/discounts.sql' %}
,

days as (
    select subscription_id, start_day as day from items
    union
    select subscription_id, end_day from items
    union
    select id, holds_from from subscription_states
    union
    select id, trial_until from subscription_states
    union
    select subscription_id, holds_from from subscription_item_versions
    union
    select levels.subscription_id, discounts.from_day
    from levels
    inner join discounts on discounts.id = levels.discount_id
    union
    select levels.subscription_id, discounts.until_day
    from levels
    inner join discounts on discounts.id = levels.discount_id
),

-- What holds of each item on every day on which something of its subscription changes. Only a long term is renewed.
states as (
    select
        items.item_id,
        items.subscription_id,
        days.day,
        subscription.is_paying,
        coalesce(days.day < subscription.trial_until, subscription.is_endless_trial) as is_trial,
        amounts.plan_id,
        amounts.price_id,
        amounts.product_id,
        amounts.term,
        amounts.quantity,
        amounts.currency,
        amounts.price_currency,
        amounts.is_tiered,
        amounts.units,
        amounts.months,
        amounts.amount / amounts.units / amounts.months as list_mrr,
        case
            when
                amounts.months >= {{ options.renewal_from_months }}
                and not coalesce(subscription.cancel_at_period_end, false)
                and subscription.cancel_at is null
                and (items.end_day is null or not subscription.is_last)
                then cast(coalesce(amounts.current_period_end, subscription.current_period_end) as date)
        end as renewal_date
    from items
    inner join days
        on days.subscription_id = items.subscription_id
        and days.day >= items.start_day
        and (items.end_day is null or days.day < items.end_day)
    inner join subscription_states as subscription
        on subscription.id = items.subscription_id
        and (subscription.holds_from is null or subscription.holds_from <= days.day)
        and (subscription.holds_until is null or subscription.holds_until > days.day)
    inner join amounts
        on amounts.item_id = items.item_id
        and (amounts.holds_from is null or amounts.holds_from <= days.day)
        and (amounts.holds_until is null or amounts.holds_until > days.day)
    where items.left_out_because is null
),

{% include 'shared/stripe/discounted.sql' %}
,

revenues as (
    select
        reduced.*,
        {{ not_negative('reduced.own_mrr') }} * reduced.subscription_factor - coalesce(shared.amount, 0) as full_mrr,
        case
            when reduced.price_id is null then 'its price ' || coalesce(reduced.plan_id, '') || ' is not landed'
            when reduced.months is null then 'its price ' || reduced.price_id || ' does not say how often it recurs'
            when reduced.quantity is null then 'its quantity is not landed'
            when reduced.list_mrr is not null then null
            when reduced.is_tiered
                then
                    'its price ' || reduced.price_id
                    || ' has tiers that are not landed, and no invoice line says what it costs'
            when reduced.currency is distinct from reduced.price_currency
                then 'its price ' || reduced.price_id || ' has no amount in ' || upper(reduced.currency)
            else 'its price ' || reduced.price_id || ' has no amount'
        end as no_mrr_because
    from reduced
    left join shared on shared.item_id = reduced.item_id and shared.day = reduced.day
),

rows_of_items as (
    select
        revenues.*,
        {# While a subscription does not pay, its revenue is 0, whatever its price. #}
        case when revenues.is_paying then {{ exact(not_negative('revenues.full_mrr')) }} else 0 end as mrr
    from revenues
),

-- A day on which nothing of an item changes makes no row.
changes as (
    select
        *,
        row_number() over item_days = 1
        or mrr is distinct from lag(mrr) over item_days
        or quantity is distinct from lag(quantity) over item_days
        or currency is distinct from lag(currency) over item_days
        or product_id is distinct from lag(product_id) over item_days
        or is_trial is distinct from lag(is_trial) over item_days
        or renewal_date is distinct from lag(renewal_date) over item_days as is_change
    from rows_of_items
    window item_days as (partition by item_id order by day)
),

left_out as (
    select distinct
        left_out_because as reason,
        case
            when left_out_because in ('metered', 'shorter_than_a_day', 'subscription_without_account') then item_id
            else subscription_id
        end as item_id
    from items
    where left_out_because is not null
    union all
    select 'without_item' as reason, id
    from subscriptions
    where not exists (select 1 from subscription_item where subscription_item.subscription_id = subscriptions.id)
    union all
    select 'without_subscription' as reason, id
    from subscription_item_versions as item
    where is_last and not exists (select 1 from subscriptions where subscriptions.id = item.subscription_id)
    union all
    select 'late_item' as reason, subscriptions.id
    from subscriptions
    inner join items on items.subscription_id = subscriptions.id
    where items.left_out_because is null
    group by subscriptions.id, subscriptions.start_day
    having min(items.start_day) > subscriptions.start_day
    union all
    select 'unknown_coupon' as reason, id
    from discounts
    where percent_off is null and amount_off is null
    union all
    select distinct 'other_currency' as reason, discount_id
    from running
    where is_amount and amount_off is null
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
select
    items.account_id,
    items.item_id as subscription_id,
    coalesce(product.name, changes.product_id, changes.plan_id) as product,
    changes.mrr,
    upper(changes.currency) as currency,
    changes.quantity as seats,
    changes.day as start_date,
    items.end_day - 1 as end_date,
    changes.renewal_date,
    changes.is_trial,
    items.is_deleted,
    case
        when items.account_id is null then 'customer ' || coalesce(items.customer_id, '') || ' has no account'
        else changes.no_mrr_because
    end as held_back_because
from changes
inner join items on items.item_id = changes.item_id
left join product on product.id = changes.product_id
where changes.is_change
{% endif %}
{% endif %}

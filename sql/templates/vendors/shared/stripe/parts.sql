{# owners_of(table) makes one row per customer of Stripe that a table names: its account, and its currency. #}
{% macro owners_of(table) %}
mapped_accounts as (
    select vendor_id, min(account_id) as account_id
    from account_map
    where system = 'stripe_customer'
    group by vendor_id
),

-- Whose a customer is{{ ': what your billing writes into its metadata, else the map' if options.account_from == 'metadata' }}.
owners as (
    select
        named.customer_id,
        {% if options.account_from == 'metadata' %}
        coalesce(nullif(trim(customer.metadata ->> '{{ options.account_key }}'), ''), mapped_accounts.account_id)
            as account_id,
        {% elif options.account_from == 'id' %}
        named.customer_id as account_id,
        {% else %}
        mapped_accounts.account_id,
        {% endif %}
        lower(customer.currency) as currency
    from (select distinct customer_id from {{ table }}) as named
    left join customer on customer.id = named.customer_id
    left join mapped_accounts on mapped_accounts.vendor_id = named.customer_id
)
{%- endmacro %}

{# prices() makes one row per price. #}
{% macro prices() %}
-- Older connectors land prices as plans. The exact decimal goes before the rounded amount.
prices as (
    select
        id,
        product_id,
        lower(currency) as currency,
        billing_scheme,
        tiers_mode,
        tiers,
        currency_options,
        coalesce(unit_amount_decimal, unit_amount) as unit_amount,
        recurring_usage_type as usage_type,
        recurring_interval as term,
        coalesce(recurring_interval_count, 1) as terms,
        transform_quantity_divide_by as divide_by,
        transform_quantity_round as rounded
    from price
    union all
    select
        id,
        product_id,
        lower(currency),
        billing_scheme,
        tiers_mode,
        tiers,
        currency_options,
        coalesce(amount_decimal, amount),
        usage_type,
        term,
        coalesce(terms, 1),
        transform_usage_divide_by,
        transform_usage_round
    from plan
    where not exists (select 1 from price where price.id = plan.id)
)
{%- endmacro %}

{# versions_of(table) makes two blocks of a table that may be landed in history mode: the last version of each day, and
   between which days each holds. #}
{% macro versions_of(table) %}
last_{{ table }}_of_each_day as (
    select
        {{ table }}.*,
        row_number() over (
            partition by id, cast(valid_from as date)
            order by valid_from desc nulls last, valid_to desc nulls last
        ) as place
    from {{ table }}
    where valid_from is not null or coalesce(is_active_version, true)
),

-- Of several versions on one day the last one stands. The first one holds since ever: what was before is not known.
{{ table }}_versions as (
    select
        {{ table }}.*,
        row_number() over versions as number,
        case when row_number() over versions > 1 then cast(valid_from as date) end as holds_from,
        lead(cast(valid_from as date)) over versions as holds_until,
        lead(id) over versions is null as is_last
    from last_{{ table }}_of_each_day as {{ table }}
    where place = 1
    window versions as (partition by id order by valid_from)
)
{%- endmacro %}

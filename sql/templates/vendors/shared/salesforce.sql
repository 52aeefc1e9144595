{# whole_ids('account.id', ...) finds the one form of each id in some columns: Salesforce writes an id with 15 characters,
   or with three more that tell the upper case of each five. #}
{% macro letter(start) -%}
substr(
            'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
            1
{% for place in range(5) %}
            + {{ 2 ** place }} * least(strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(id, {{ start + place }}, 1)), 1)
{% endfor %}
            , 1
        )
{%- endmacro %}
{% macro whole_ids() %}
-- Ids of 15 and of 18 characters are one; of 18, the last three tell which of the former are in upper case.
whole_ids as (
    select
        id,
{% if options.id_length == 15 %}
        case when id ~ '^[A-Za-z0-9]{18}$' then substr(id, 1, 15) else id end as whole_id
{% else %}
        case when id ~ '^[A-Za-z0-9]{15}$' then id || {{ letter(1) }} || {{ letter(6) }} || {{ letter(11) }} else id end
            as whole_id
{% endif %}
    from (
{% for column in varargs %}
        {{ "union " if not loop.first }}select {{ column }} as id from {{ column.partition('.')[0] }}
{% endfor %}
    ) as named
    where id is not null
),

-- Of several accounts that the map names, the smallest one.
mapped_accounts as (
    select whole_ids.whole_id, min(account_map.account_id) as account_id
    from account_map
    inner join whole_ids on whole_ids.id = account_map.vendor_id
    where account_map.system = 'salesforce_account'
    group by whole_ids.whole_id
)
{%- endmacro %}

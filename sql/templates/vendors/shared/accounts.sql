{# accounts_of(system) makes one row per record of a vendor that the company's own map knows: the smallest account
   where it names several, so that no row of the vendor is doubled. #}
{% macro accounts_of(system) %}
mapped_accounts as (
    select vendor_id, min(account_id) as account_id
    from account_map
    where system = '{{ system }}'
    group by vendor_id
)
{%- endmacro %}

{% from 'shared/accounts.sql' import accounts_of %}
-- Accounts of HubSpot: one row per company, as it is today. Deleted ones stay as tombstones.
with
{{ tables('company', 'account_map') }},

{{ accounts_of('hubspot_company') }},

-- Of several companies of one account: that with the account's own id, else one that is still there, else the oldest id.
named as (
    select
        company.*,
        coalesce(own_map.account_id, company.id) as account_id,
        coalesce(parent_map.account_id, company.parent_id) as parent_account_id,
        own_map.account_id is not null as is_mapped,
        row_number() over (
            partition by coalesce(own_map.account_id, company.id)
            order by
                case when company.id = coalesce(own_map.account_id, company.id) then 0 else 1 end,
                case when coalesce(company.is_deleted, false) then 1 else 0 end,
                length(company.id),
                company.id
        ) as place
    from company
    left join mapped_accounts as own_map on own_map.vendor_id = company.id
    left join mapped_accounts as parent_map on parent_map.vendor_id = company.parent_id
),

judged as (
    select
        named.*,
        {% if options.mapped_accounts == 'left_out' %}
        is_mapped as is_listed_elsewhere,
        {% else %}
        false as is_listed_elsewhere,
        {% endif %}
        is_mapped and place > 1 as is_further_record
    from named
),

left_out as (
    select case when is_listed_elsewhere then 'mapped' else 'same_account' end as reason, id as item_id
    from judged
    where is_listed_elsewhere or is_further_record
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
select
    account_id,
    name,
    cast(created_at as date) as created_date,
    {% if has('company.industry') %}
    industry,
    {% endif %}
    {% if has('company.number_of_employees') %}
    number_of_employees as employees,
    {% endif %}
    {% if has('company.country') %}
    country,
    {% endif %}
    {% if has('company.parent_id') %}
    parent_account_id,
    {% endif %}
    coalesce(is_deleted, false) as is_deleted
from judged
where not is_listed_elsewhere and not is_further_record
{% endif %}

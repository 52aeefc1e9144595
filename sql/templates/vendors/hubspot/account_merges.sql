{% from 'shared/accounts.sql' import accounts_of %}
{% from 'shared/hubspot.sql' import merges %}
-- Merges of companies in HubSpot: one row per company that was merged into another one.
with
{{ tables('company', 'merged_company', 'account_map') }},

{{ accounts_of('hubspot_company') }},

{{ merges() }},

-- HubSpot does not say when. A company that was merged is in no month, since companies have no history, so what belongs to
-- it is the other one's from the beginning.
named as (
    select
        merges.company_id,
        coalesce(from_map.account_id, merges.company_id) as from_account_id,
        coalesce(into_map.account_id, merges.into_id) as into_account_id,
        coalesce(merged.created_at, survivor.created_at, timestamp '2005-01-01') as begun_at
    from merges
    inner join company as survivor on survivor.id = merges.into_id
    left join company as merged on merged.id = merges.company_id
    left join mapped_accounts as from_map on from_map.vendor_id = merges.company_id
    left join mapped_accounts as into_map on into_map.vendor_id = merges.into_id
),

-- An account is merged once: of several rows the last one stands.
ranked as (
    select
        named.*,
        row_number() over (partition by from_account_id order by begun_at desc, into_account_id) as place
    from named
    where from_account_id <> into_account_id
),

left_out as (
    select 'same_after_map' as reason, company_id as item_id
    from named
    where from_account_id = into_account_id
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
select from_account_id, into_account_id, cast(begun_at as date) as date
from ranked
where place = 1
{% endif %}

{% from 'shared/accounts.sql' import accounts_of %}
{% from 'shared/hubspot.sql' import merges %}
{% from 'shared/outcomes.sql' import outcome %}
-- Meetings and calls of HubSpot: one row per engagement and company that took part. Deleted ones stay as tombstones.
with
{{ tables(
    'engagement_meeting', 'engagement_call', 'engagement_company', 'engagement', 'company', 'merged_company', 'account_map'
) }},

{{ accounts_of('hubspot_company') }},

{{ merges() }},

-- A call that was not completed reached nobody; one that somebody only logged has no status.
contacts as (
    select
        id,
        'meeting' as kind,
        starts_at as happened_at,
        cast(extract(epoch from ends_at - starts_at) as double precision) / 60 as minutes,
        cast(null as boolean) as is_inbound,
        coalesce({{ outcome('outcome') }} in {{ words(options.not_held) }}, false) as is_not_held,
        is_deleted
    from engagement_meeting
    union all
    select
        id,
        'call',
        called_at,
        duration_in_milliseconds / 60000,
        lower(direction) = 'inbound',
        coalesce(
            upper(status) <> 'COMPLETED' or lower(disposition) in {{ words(options.calls_not_reached) }}, false
        ),
        is_deleted
    from engagement_call
),

-- A company may be associated in several ways, and one account may have several companies: each is met once. An
-- association with a company that was merged counts where there is none with the one that it went into.
associated as (
    select
        engagement_company.engagement_id,
        engagement_company.company_id,
        coalesce(own_map.account_id, engagement_company.company_id) as account_id,
        coalesce(engagement_company.is_deleted, false) as is_deleted,
        row_number() over (
            partition by
                engagement_company.engagement_id,
                coalesce(into_map.account_id, merges.into_id, own_map.account_id, engagement_company.company_id)
            order by
                case when coalesce(engagement_company.is_deleted, false) then 1 else 0 end,
                case when merges.into_id is null then 0 else 1 end,
                engagement_company.company_id
        ) as place
    from engagement_company
    left join merges on merges.company_id = engagement_company.company_id
    left join mapped_accounts as own_map on own_map.vendor_id = engagement_company.company_id
    left join mapped_accounts as into_map on into_map.vendor_id = merges.into_id
),

judged as (
    select
        contacts.id,
        contacts.kind,
        contacts.minutes,
        contacts.is_inbound,
        contacts.is_not_held,
        coalesce(contacts.happened_at, engagement.happened_at) as happened_at,
        coalesce(contacts.is_deleted, false)
        or coalesce(engagement.is_deleted, false)
        or not coalesce(engagement.is_active, true) as is_deleted,
        associated.account_id,
        associated.company_id,
        coalesce(associated.is_deleted, false) as is_dissociated
    from contacts
    left join engagement on engagement.id = contacts.id
    left join associated on associated.engagement_id = contacts.id and associated.place = 1
),

left_out as (
    select distinct case when is_not_held then 'not_held' else 'without_company' end as reason, id as item_id
    from judged
    where (is_not_held or account_id is null) and not is_deleted
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
select
    account_id,
    id || '-' || company_id as touchpoint_id,
    cast(happened_at as date) as date,
    kind,
    minutes,
    {% if options.customer_initiated == 'inbound_calls' %}
    coalesce(is_inbound, false) as is_customer_initiated,
    {% endif %}
    is_deleted or is_dissociated as is_deleted
from judged
where account_id is not null and not is_not_held
{% endif %}

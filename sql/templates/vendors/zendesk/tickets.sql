{% from 'shared/accounts.sql' import accounts_of %}
{% from 'shared/json.sql' import ids_in %}
-- Tickets of Zendesk: one row per ticket of an organization that is an account. Deleted tickets stay as tombstones.
with
{{ tables('ticket', 'ticket_field_history', 'ticket_tag', 'user', 'organization', 'satisfaction_rating', 'account_map') }},

{{ accounts_of('zendesk_organization') }},

-- Every change of status. Of several in the same second, those further on in the life of a ticket come last.
statuses as (
    select
        ticket_id,
        updated,
        case when value in ('solved', 'closed') then 1 else 0 end as is_done,
        case value
            when 'new' then 0 when 'open' then 1 when 'pending' then 2 when 'hold' then 3 when 'solved' then 4 else 5
        end as place
    from ticket_field_history
    where
        field_name = 'status'
        and value in ('new', 'open', 'pending', 'hold', 'solved', 'closed')
        and not coalesce(is_deleted, false)
),

status_changes as (
    select
        ticket_id,
        updated,
        is_done,
        lag(is_done) over (partition by ticket_id order by updated, place) as was_done,
        sum(1 - is_done) over (partition by ticket_id order by updated desc, place desc) as open_states_from_here
    from statuses
),

-- Done since the first of the solved and closed states that no open one follows; reopened where one followed once.
histories as (
    select
        ticket_id,
        min(case when open_states_from_here = 0 then updated end) as done_since,
        max(case when was_done = 1 and is_done = 0 then 1 else 0 end) = 1 as is_reopened
    from status_changes
    group by ticket_id
),

-- A merged ticket is named by the one that it went into, and Zendesk tags it.
merged as (
    select merged_id as ticket_id
    from (select {{ ids_in('merged_ticket_ids') }} as merged_id from ticket) as named
    union
    select ticket_id
    from ticket_tag
    where tag = 'closed_by_merge' and not coalesce(is_deleted, false)
),

-- Offered and unoffered ratings are none. Of several the last one stands.
ratings as (
    select
        ticket_id,
        case
            when score in ('1', '2', '3', '4', '5') then cast(score as double precision)
            when score like 'good%' then {{ options.csat_good }}
            when score like 'bad%' then {{ options.csat_bad }}
        end as csat,
        row_number() over (
            partition by ticket_id
            order by coalesce(updated_at, created_at) desc nulls last, id desc
        ) as place
    from satisfaction_rating
    where
        (score in ('1', '2', '3', '4', '5') or score like 'good%' or score like 'bad%')
        and not coalesce(is_deleted, false)
),

-- A ticket without an organization belongs to that of who asked.
placed as (
    select
        ticket.*,
        coalesce(ticket.organization_id, zendesk_user.organization_id) as placed_organization_id,
        merged.ticket_id is not null as is_merged
    from ticket
    left join zendesk_user on zendesk_user.id = ticket.requester_id
    left join merged on merged.ticket_id = ticket.id
),

owned as (
    select
        placed.*,
        {% if options.account_from == 'account_map' %}
        mapped_accounts.account_id
        {% elif options.account_from == 'id' %}
        placed.placed_organization_id as account_id
        {% else %}
        coalesce(organization.external_id, mapped_accounts.account_id) as account_id
        {% endif %}
    from placed
    left join organization on organization.id = placed.placed_organization_id
    left join mapped_accounts on mapped_accounts.vendor_id = placed.placed_organization_id
),

left_out as (
    select
        case
            when is_merged then 'merged'
            when placed_organization_id is null then 'without_organization'
            else 'without_account'
        end as reason,
        id as item_id
    from owned
    where is_merged or account_id is null
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
-- Where the history does not say since when a ticket is done, its last change does: a closed one does not change.
select
    owned.account_id,
    owned.id as ticket_id,
    owned.created_at as opened_at,
    case
        when owned.status in ('solved', 'closed') then coalesce(histories.done_since, owned.updated_at)
    end as closed_at,
    coalesce(owned.priority, '{{ options.priority }}') as priority,
    {% if has('satisfaction_rating') %}
    ratings.csat,
    {% endif %}
    {% if has('ticket.total_time_spent_sec') %}
    owned.total_time_spent_sec / 60 as handle_minutes,
    {% endif %}
    {% if has('ticket_field_history') %}
    coalesce(histories.is_reopened, false) as is_reopened,
    {% endif %}
    owned.status = 'deleted' or coalesce(owned.is_deleted, false) as is_deleted
from owned
left join histories on histories.ticket_id = owned.id
left join ratings on ratings.ticket_id = owned.id and ratings.place = 1
where owned.account_id is not null and not owned.is_merged
{% endif %}

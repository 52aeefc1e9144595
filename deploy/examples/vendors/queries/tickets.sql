-- Tickets of Zendesk. Deleted ones stay as tombstones. Satisfaction, time spent and escalations are not in the sample.
-- To run it in your own warehouse, let the first blocks read your tables: `from zendesk.ticket`.
with
ticket as (
    select * from read_csv('data/dbt_zendesk/seeds/ticket_data.csv')
),

ticket_field_history as (
    select * from read_csv('data/dbt_zendesk/seeds/ticket_field_history_data.csv')
),

zendesk_user as (
    select * from read_csv('data/dbt_zendesk/seeds/user_data.csv')
),

organization as (
    select * from read_csv('data/dbt_zendesk/seeds/organization_data.csv')
),

account_map as (
    select vendor_id, account_id
    from read_csv('added/account_map.csv', all_varchar = true)
    where system = 'zendesk_organization'
),

statuses as (
    select
        ticket_id,
        updated,
        value as status,
        lag(value) over (partition by ticket_id order by updated) as former_status
    from ticket_field_history
    where field_name = 'status'
),

histories as (
    select
        ticket_id,
        max(case when status = 'solved' then updated end) as solved_at,
        max(case when former_status = 'solved' and status = 'open' then 1 else 0 end) = 1 as is_reopened
    from statuses
    group by ticket_id
),

-- A ticket without an organization belongs to that of who asked.
organizations as (
    select ticket.id as ticket_id, coalesce(ticket.organization_id, zendesk_user.organization_id) as organization_id
    from ticket
    left join zendesk_user on zendesk_user.id = ticket.requester_id
)

-- Where the history does not say when a ticket was solved, its last change does: a closed one does not change any more.
select
    coalesce(cast(organization.external_id as varchar), account_map.account_id) as account_id,
    cast(ticket.id as varchar) as ticket_id,
    ticket.created_at as opened_at,
    case when ticket.status in ('solved', 'closed') then coalesce(histories.solved_at, ticket.updated_at) end as closed_at,
    coalesce(ticket.priority, 'normal') as priority,
    coalesce(histories.is_reopened, false) as is_reopened,
    ticket.status = 'deleted' as is_deleted
from ticket
inner join organizations on organizations.ticket_id = ticket.id
left join organization on organization.id = organizations.organization_id
left join histories on histories.ticket_id = ticket.id
left join account_map on account_map.vendor_id = cast(organizations.organization_id as varchar)

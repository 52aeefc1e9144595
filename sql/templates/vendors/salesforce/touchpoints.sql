{% from 'shared/salesforce.sql' import whole_ids %}
{% from 'shared/outcomes.sql' import outcome %}
-- Meetings and calls of Salesforce: events of its calendar, and tasks that are calls. Deleted ones stay as tombstones.
with
{{ tables('event', 'task', 'account_map') }},

{{ whole_ids('event.account_id', 'task.account_id', 'account_map.vendor_id') }},

-- Calendars that are kept in step with Salesforce write into the subject that a meeting was called off. An event that
-- lasts all day says nothing of how long the customer was met.
activities as (
    select
        id,
        account_id,
        coalesce(lower(type), 'meeting') as kind,
        coalesce(cast(starts_at as date), activity_date) as activity_date,
        case
            when coalesce(is_all_day_event, false) then null
            when duration_in_minutes is not null then duration_in_minutes
            else cast(extract(epoch from ends_at - starts_at) as double precision) / 60
        end as minutes,
        cast(null as boolean) as is_inbound,
        coalesce(is_child, false) as is_copy,
        coalesce(is_recurrence, false)
        and id in (select recurrence_activity_id from event where recurrence_activity_id is not null) as is_series,
        coalesce(
            coalesce(is_no_show, false)
            or {{ outcome('outcome') }} in {{ words(options.not_held) }}
            or {{ outcome('type') }} in {{ words(options.not_held) }}
            or lower(subject) like 'canceled:%'
            or lower(subject) like 'cancelled:%',
            false
        ) as is_not_held,
        false as is_open,
        false as is_other_task,
        coalesce(is_deleted, false) as is_deleted
    from event
    union all
    select
        id,
        account_id,
        'call',
        coalesce(activity_date, cast(completed_at as date)),
        call_duration_in_seconds / 60,
        lower(call_type) = 'inbound',
        false,
        false,
        coalesce({{ outcome('call_disposition') }} in {{ words(options.not_held) }}, false),
        not coalesce(is_closed, lower(status) = 'completed', true),
        not coalesce(lower(task_subtype) = 'call' or lower(type) = 'call', false),
        coalesce(is_deleted, false)
    from task
),

judged as (
    select
        activities.*,
        coalesce(mapped_accounts.account_id, whole_ids.whole_id) as owner_id,
        is_copy
        or is_series
        or is_other_task
        or is_not_held
        or is_open
        or activities.account_id is null as is_left_out
    from activities
    left join whole_ids on whole_ids.id = activities.account_id
    left join mapped_accounts on mapped_accounts.whole_id = whole_ids.whole_id
),

left_out as (
    select
        case
            when is_copy then 'copy'
            when is_series then 'series'
            when is_other_task then 'no_call'
            when is_not_held then 'not_held'
            when is_open then 'not_done'
            else 'without_account'
        end as reason,
        id as item_id
    from judged
    where is_left_out and not is_deleted
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
select
    owner_id as account_id,
    id as touchpoint_id,
    activity_date as date,
    kind,
    minutes,
    {% if options.customer_initiated == 'inbound_calls' %}
    coalesce(is_inbound, false) as is_customer_initiated,
    {% endif %}
    is_deleted
from judged
where not is_left_out
{% endif %}

{% from 'shared/accounts.sql' import accounts_of %}
-- Use of the product from Segment: its events, counted per account, day, event and user, for one month in UTC.
with
{{ tables('tracks', 'groups', 'users', 'account_map') }},

{{ accounts_of('segment_group') }},

tracked as (
    select
        tracks.*,
        row_number() over (partition by id order by known_at nulls first, happened_at) as place
    from tracks
    where happened_at >= {{ month_start }} and happened_at < {{ month_end }}
),

-- A user belongs to a group from the call that says so until one that says otherwise; before the first call, already to
-- the first group.
calls as (
    select
        user_id,
        group_id,
        happened_at,
        row_number() over (partition by user_id order by happened_at nulls first, group_id) as number,
        lead(happened_at) over (partition by user_id order by happened_at nulls first, group_id) as until
    from group_calls
    where user_id is not null and group_id is not null
),

own_people as (
    select id
    from users
    where lower(split_part(email, '@', 2)) in {{ words(options.internal_domains) }}
),

placed as (
    select
        tracked.id,
        tracked.event,
        tracked.user_id,
        tracked.happened_at,
        tracked.known_at,
        coalesce(tracked.group_id, calls.group_id) as group_id,
        tracked.id is not null and tracked.place > 1 as is_repeated,
        coalesce(tracked.event in {{ words(options.ignored_events) }}, false) as is_ignored,
        coalesce(
            tracked.user_id in (select id from own_people)
            or coalesce(tracked.group_id, calls.group_id) in {{ words(options.internal_groups) }},
            false
        ) as is_internal
    from tracked
    left join calls
        on tracked.group_id is null
        and calls.user_id = tracked.user_id
        and (calls.number = 1 or calls.happened_at <= tracked.happened_at)
        and (calls.until is null or calls.until > tracked.happened_at)
),

owned as (
    select placed.*, coalesce(mapped_accounts.account_id, placed.group_id) as account_id
    from placed
    left join mapped_accounts on mapped_accounts.vendor_id = placed.group_id
),

left_out as (
    select
        case
            when is_repeated then 'repeated'
            when is_ignored then 'ignored'
            when is_internal then 'internal'
            when user_id is null then 'anonymous'
            else 'without_account'
        end as reason,
        id as item_id
    from owned
    where is_repeated or is_ignored or is_internal or account_id is null
),

-- Events of a day may come in later: each day on which some did makes a row of its own.
counted as (
    select
        account_id,
        cast(happened_at as date) as day,
        event,
        user_id,
        max(known_at) as known_at,
        count(*) as events
    from owned
    where account_id is not null and not is_repeated and not is_ignored and not is_internal
    group by account_id, cast(happened_at as date), event, user_id, cast(known_at as date)
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
-- A later row takes the place of an earlier one, so it counts what the earlier ones counted, too.
select
    account_id,
    day as date,
    event as feature,
    {% if has('tracks.user_id') %}
    user_id,
    {% endif %}
    {% if has('tracks.known_at') %}
    known_at,
    {% endif %}
    cast(
        sum(events) over (
            partition by account_id, day, event, user_id
            order by known_at nulls first
            rows between unbounded preceding and current row
        ) as bigint
    ) as events
from counted
{% endif %}

{% from 'shared/salesforce.sql' import whole_ids %}
-- Accounts of Salesforce: one row per account, or in history mode per account and version. Deleted ones stay as tombstones.
with
{{ tables('account', 'account_map') }},

{{ whole_ids('account.id', 'account.parent_id', 'account_map.vendor_id') }},

-- A version holds from its first day to the last day at whose end it still stood. It ends a millisecond before the next
-- one begins, so a second later it certainly is over.
versions as (
    select
        account.*,
        own.whole_id,
        coalesce(own_map.account_id, own.whole_id) as account_id,
        coalesce(parent_map.account_id, parent.whole_id) as parent_account_id,
        own_map.account_id is not null as is_mapped,
        cast(valid_since as date) as first_day,
        case
            when valid_until < timestamp '9000-01-01' then cast(valid_until + interval '1 second' as date) - 1
        end as last_day,
        min(valid_since) over (partition by own.whole_id) as first_seen
    from account
    inner join whole_ids as own on own.id = account.id
    left join whole_ids as parent on parent.id = account.parent_id
    left join mapped_accounts as own_map on own_map.whole_id = own.whole_id
    left join mapped_accounts as parent_map on parent_map.whole_id = parent.whole_id
),

-- Of several versions of one day the last one stands.
ranked as (
    select
        versions.*,
        last_day < first_day as is_short,
        row_number() over (
            partition by whole_id, first_day, case when last_day < first_day then 1 else 0 end
            order by valid_since desc
        ) as place
    from versions
),

-- Of several records of one account: that with the account's own id, else one that is still there, else the oldest id.
records as (
    select
        account_id,
        whole_id,
        row_number() over (
            partition by account_id
            order by
                case when whole_id = account_id then 0 else 1 end,
                min(case when coalesce(is_deleted, false) or last_day is not null then 1 else 0 end),
                whole_id
        ) as place
    from versions
    group by account_id, whole_id
),

judged as (
    select
        ranked.*,
        {% if options.mapped_accounts == 'left_out' %}
        ranked.is_mapped as is_listed_elsewhere,
        {% else %}
        false as is_listed_elsewhere,
        {% endif %}
        records.place > 1 as is_further_record,
        coalesce(ranked.is_short, false) or (ranked.place > 1 and ranked.first_day is not null) as is_passed
    from ranked
    inner join records on records.account_id = ranked.account_id and records.whole_id = ranked.whole_id
),

left_out as (
    select distinct
        case
            when is_listed_elsewhere then 'mapped'
            when is_further_record then 'same_account'
            else 'short_version'
        end as reason,
        whole_id,
        case when not is_listed_elsewhere and not is_further_record then valid_since end as version
    from judged
    where is_listed_elsewhere or is_further_record or is_passed
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
-- The account was there before the connector was, so its first version has no beginning.
select
    account_id,
    name,
    cast(coalesce(created_date, first_seen) as date) as created_date,
    {% if has('account.industry') %}
    industry,
    {% endif %}
    {% if has('account.number_of_employees') %}
    number_of_employees as employees,
    {% endif %}
    {% if has('account.billing_country') %}
    billing_country as country,
    {% endif %}
    {% if has('account.parent_id') %}
    parent_account_id,
    {% endif %}
    {% if has('account.valid_since') %}
    case when first_day > min(first_day) over (partition by whole_id) then first_day end as valid_from,
    last_day as valid_to,
    {% endif %}
    coalesce(is_deleted, false) as is_deleted
from judged
where not is_listed_elsewhere and not is_further_record and not is_passed
{% endif %}

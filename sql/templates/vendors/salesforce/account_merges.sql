{% from 'shared/salesforce.sql' import whole_ids %}
-- Merges of accounts in Salesforce: one row per account that is gone, and names the one that it went into.
with
{{ tables('account', 'account_map') }},

{{ whole_ids('account.id', 'account.master_record_id', 'account_map.vendor_id') }},

versions as (
    select
        account.created_date,
        account.valid_since,
        account.is_deleted,
        own.whole_id as from_id,
        master.whole_id as into_id,
        min(account.valid_since) over (partition by own.whole_id) as first_seen
    from account
    inner join whole_ids as own on own.id = account.id
    left join whole_ids as master on master.id = account.master_record_id
),

-- The merge is of the day since which it is on record. Where there is no history, or it does not reach back so far, the
-- account that is gone was in no month, and what belongs to it is the other one's from the beginning.
dated as (
    select
        from_id,
        into_id,
        coalesce(
            min(case when valid_since > first_seen then cast(valid_since as date) end),
            cast(min(created_date) as date),
            cast(min(first_seen) as date),
            date '2000-01-01'
        ) as merge_date
    from versions
    where into_id is not null and coalesce(is_deleted, true)
    group by from_id, into_id
),

named as (
    select
        coalesce(from_map.account_id, dated.from_id) as from_account_id,
        coalesce(into_map.account_id, dated.into_id) as into_account_id,
        dated.from_id,
        dated.merge_date,
        into_map.account_id is not null or dated.into_id in (select from_id from versions) as is_into_an_account
    from dated
    left join mapped_accounts as from_map on from_map.whole_id = dated.from_id
    left join mapped_accounts as into_map on into_map.whole_id = dated.into_id
),

-- An account is merged once: of several rows the last one stands.
ranked as (
    select
        named.*,
        row_number() over (partition by from_account_id order by merge_date desc, into_account_id) as place
    from named
    where from_account_id <> into_account_id and is_into_an_account
),

left_out as (
    select
        case when from_account_id = into_account_id then 'same_after_map' else 'into_none' end as reason,
        from_id as item_id
    from named
    where from_account_id = into_account_id or not is_into_an_account
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
select from_account_id, into_account_id, merge_date as date
from ranked
where place = 1
{% endif %}

-- Calls and meetings: events of Salesforce, and calls and meetings of HubSpot that name a company.
-- Nothing says who asked for them, so they count as ours: what we chose to give must not make an account complex.
-- To run it in your own warehouse, let the first blocks read your tables: `from salesforce.event`.
with
event as (
    select * from read_csv('data/dbt_salesforce/seeds/sf_event_data.csv')
),

engagement_meeting as (
    select * from read_csv('data/dbt_hubspot/seeds/engagement_meeting_data.csv')
),

engagement_call as (
    select * from read_csv('data/dbt_hubspot/seeds/engagement_call_data.csv')
),

engagement_company as (
    select * from read_csv('data/dbt_hubspot/seeds/engagement_company_data.csv')
),

account_map as (
    select vendor_id, account_id
    from read_csv('added/account_map.csv', all_varchar = true)
    where system = 'salesforce_account'
),

from_salesforce as (
    select
        coalesce(account_map.account_id, event.account_id) as account_id,
        event.id as touchpoint_id,
        cast(event.start_date_time as date) as date,
        lower(event.type) as kind,
        event.duration_in_minutes as minutes,
        event._fivetran_synced as known_at,
        event.is_deleted
    from event
    left join account_map on account_map.vendor_id = event.account_id
),

-- Calls that were deleted stay, with a mark. Of meetings the sample has no such column.
engagements as (
    select
        engagement_id,
        start_time as started_at,
        'meeting' as kind,
        extract(epoch from end_time - start_time) / 60 as minutes,
        _fivetran_synced as known_at,
        false as is_deleted
    from engagement_meeting
    union all
    select engagement_id, property_hs_timestamp, 'call', null, _fivetran_synced, _fivetran_deleted
    from engagement_call
),

from_hubspot as (
    select
        cast(engagement_company.company_id as varchar) as account_id,
        cast(engagements.engagement_id as varchar) as touchpoint_id,
        cast(engagements.started_at as date) as date,
        engagements.kind,
        engagements.minutes,
        engagements.known_at,
        engagements.is_deleted
    from engagements
    inner join engagement_company on engagement_company.engagement_id = engagements.engagement_id
)

select * from from_salesforce
union all
select * from from_hubspot

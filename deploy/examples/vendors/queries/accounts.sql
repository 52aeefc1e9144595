-- Accounts: companies of HubSpot and accounts of Salesforce. A company with one CRM keeps one half.
-- To run it in your own warehouse, let the first blocks read your tables: `from hubspot.company`, and set `database`.
with
company as (
    select * from read_csv('data/dbt_hubspot/seeds/company_data.csv')
),

account_history as (
    select * from read_csv('data/dbt_salesforce/seeds/sf_account_history_data.csv')
),

from_hubspot as (
    select
        cast(id as varchar) as account_id,
        property_name as name,
        cast(property_createdate as date) as created_date,
        property_industry as industry,
        cast(null as bigint) as employees,
        property_country as country,
        cast(null as varchar) as parent_account_id,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to,
        is_deleted
    from company
),

-- History mode keeps each version of a row, with the time from and to which it was so. valid_from is left empty in the
-- first version, since the account was there before the connector was. `created_date` has not been landed here; where
-- it is, take it instead of the first time that the connector saw the account.
from_salesforce as (
    select
        id as account_id,
        name,
        cast(min(_fivetran_start) over (partition by id) as date) as created_date,
        industry,
        cast(number_of_employees as bigint) as employees,
        billing_country as country,
        parent_id as parent_account_id,
        case
            when _fivetran_start > min(_fivetran_start) over (partition by id) then cast(_fivetran_start as date)
        end as valid_from,
        case when _fivetran_end < timestamp '9999-01-01' then cast(_fivetran_end as date) - 1 end as valid_to,
        is_deleted
    from account_history
)

select * from from_hubspot
union all
select * from from_salesforce

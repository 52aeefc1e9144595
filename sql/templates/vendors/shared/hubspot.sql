{% from 'shared/json.sql' import ids_in %}
{# merges() makes one row per company that was merged, by its id, with the company that it went into. It reads the tables
   company and merged_company. #}
{% macro merges() %}
-- HubSpot names in a company those that were merged into it. Where several name one, that which is still there counts.
merges as (
    select company_id, into_id
    from (
        select
            named.company_id,
            named.into_id,
            row_number() over (
                partition by named.company_id
                order by case when coalesce(company.is_deleted, false) then 1 else 0 end, named.into_id desc
            ) as place
        from (
            select id as into_id, {{ ids_in('merged_ids') }} as company_id
            from company
            union
            select company_id, merged_company_id
            from merged_company
        ) as named
        inner join company on company.id = named.into_id
        where named.company_id <> named.into_id
    ) as ranked
    where place = 1
)
{%- endmacro %}

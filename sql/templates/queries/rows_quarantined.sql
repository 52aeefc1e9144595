-- How many rows were quarantined, by source and month, and for which reason?
-- One row per month, source and set of broken rules. Rows that nobody fixes are kept for a while and then removed (90
-- days by default), so old months may be missing here; runs keeps their counts. retier quarantine lists and exports
-- the rows.
with
parameters as (
    select 12 as months_back
),

newest as (
    select max(month) as month from runs where status = 'published'
)

select
    quarantine.month,
    quarantine.source,
    quarantine.broken_rules,
    count(*) as rows_held_back,
    min(quarantine.origin) as an_origin
from quarantine
cross join newest
cross join parameters
where quarantine.month > newest.month - parameters.months_back * interval '1 month'
group by quarantine.month, quarantine.source, quarantine.broken_rules
order by quarantine.month desc, rows_held_back desc, quarantine.source, quarantine.broken_rules;

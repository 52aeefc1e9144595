-- What did we publish about a month at first that we would publish differently now?
-- One row per account whose tier of that month differs between the first publication and today's knowledge, after
-- late data, a fixed source or another policy. A null tier means that the account was not in scope then, or is not
-- now. No rows: nothing that was published has changed.
with
parameters as (
    select date '2026-03-01' as month
),

said as (
    select tiers.account_id, tiers.tier, tiers.arr, tiers.published_at
    from tiers_as_published as tiers
    join parameters on parameters.month = tiers.month
),

known as (
    select tiers.account_id, tiers.tier, tiers.arr, tiers.revision, tiers.decided_by
    from tiers_as_known as tiers
    join parameters on parameters.month = tiers.month
)

select
    coalesce(known.account_id, said.account_id) as account_id,
    said.tier as tier_said,
    known.tier as tier_known,
    said.arr as arr_said,
    known.arr as arr_known,
    known.decided_by,
    known.revision
from said
full join known on known.account_id = said.account_id
where said.tier is distinct from known.tier
order by account_id;

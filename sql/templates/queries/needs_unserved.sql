-- Which needs go unserved: where could we sell more, but have no person in charge?
-- One row per primary need of the newest month. arr_potential is what eligible products and free seats would bring at
-- list price; unserved is the part that belongs to accounts in the digital programme or without an owner. A large
-- unserved part is worth a campaign for that need, rather than one for everybody.
with
newest as (
    select max(month) as month from runs where status = 'published'
),

accounts as (
    select
        segments.primary_need,
        segments.arr_potential,
        plan.owner_model = 'digital' or plan.owner is null or plan.owner = 'unassigned' as is_unserved
    from account_segments as segments
    join newest on newest.month = segments.month
    join engagement_plan as plan on plan.account_id = segments.account_id and plan.month = segments.month
    where segments.primary_need is not null
)

select
    primary_need,
    count(*) as accounts,
    count(case when is_unserved then 1 end) as accounts_unserved,
    cast(sum(arr_potential) as numeric(18, 2)) as arr_potential,
    cast(sum(case when is_unserved then arr_potential end) as numeric(18, 2)) as arr_potential_unserved
from accounts
group by primary_need
order by arr_potential_unserved desc nulls last, primary_need;

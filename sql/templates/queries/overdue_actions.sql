-- Which actions for customers are overdue?
-- One row per owner and action: actions open at the end of the newest month and due before it. The owner is who acts,
-- which may be another than the account's for a call beside the plan. ARR is that of the accounts concerned. An owner
-- with a long list has too many accounts, or does not record contacts.
with
newest as (
    select max(month) as month from runs where status = 'published'
),

overdue as (
    select actions.account_id, actions.action, actions.due_date, actions.owner
    from engagement_actions as actions
    join newest on newest.month = actions.month
    where actions.status = 'open'
        and actions.due_date < cast(newest.month + interval '1 month' as date)
)

select
    coalesce(overdue.owner, tiers.owner) as owner,
    overdue.action,
    count(*) as actions,
    min(overdue.due_date) as oldest_due_date,
    cast(sum(tiers.arr) as numeric(18, 2)) as arr
from overdue
join tiers_current as tiers on tiers.account_id = overdue.account_id
group by coalesce(overdue.owner, tiers.owner), overdue.action
order by actions desc, coalesce(overdue.owner, tiers.owner), overdue.action;

-- Which policy versions were in force, and when?
-- One row per policy that a published month was computed with. first_month and last_month are those of the months as
-- known now: a backfill under another policy changes them. months is smaller than their distance if another version
-- was in force in between.
with
in_force as (
    select distinct month, policy_version
    from account_tiers
)

select
    in_force.policy_version,
    min(in_force.month) as first_month,
    max(in_force.month) as last_month,
    count(*) as months,
    policies.effective_month,
    policies.reason
from in_force
left join policies on policies.policy_version = in_force.policy_version
group by in_force.policy_version, policies.effective_month, policies.reason
order by first_month, in_force.policy_version;

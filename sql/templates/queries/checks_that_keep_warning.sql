-- Which checks failed in each of the last six months?
-- One row per check that no month passed: a check that fails every month either describes the business (then change
-- its limit in the policy) or an error in a source that nobody fixes. Only each month's run in force counts;
-- latest_message is its finding in the newest month.
with
parameters as (
    select 6 as months_back
),

newest as (
    select max(month) as month from runs where status = 'published'
),

published as (
    select
        runs.month,
        runs.run_id,
        row_number() over (partition by runs.month order by runs.revision desc, runs.finished_at desc) as place
    from runs
    cross join newest
    cross join parameters
    where runs.status = 'published'
        and runs.month > newest.month - parameters.months_back * interval '1 month'
),

broken as (
    select check_results."check", check_results.severity, check_results.message, published.month
    from published
    join check_results on check_results.run_id = published.run_id
    where published.place = 1 and not check_results.is_passed
),

counted as (
    select "check", severity, count(*) as months_broken
    from broken
    group by "check", severity
)

select
    counted."check",
    counted.severity,
    counted.months_broken,
    broken.message as latest_message
from counted
cross join parameters
cross join newest
join broken on broken."check" = counted."check" and broken.month = newest.month
where counted.months_broken = parameters.months_back
order by counted."check";

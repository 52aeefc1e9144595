-- One row per account and month: the tier as it is known now.
with
tiers as (
    select * from {{ table('account_tiers') }}
),

ends_of_runs as (
    select run_id, finished_at from {{ table('runs') }}
)

select
    {% for column in columns('account_tiers', 1, 2) %}
    tiers.{{ column }},
    {% endfor %}
    ends_of_runs.finished_at as published_at,
    {% for column in columns('account_tiers', 3) %}
    tiers.{{ column }}{{ comma(loop) }}
    {% endfor %}
from tiers
left join ends_of_runs on ends_of_runs.run_id = tiers.run_id

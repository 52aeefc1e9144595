-- One row per account and month: the tier as it is known now.
with
tiers as (
    select * from {{ table('account_tiers') }}
),

runs as (
    select run_id, finished_at from {{ table('runs') }}
)

select
    {% for column in columns('account_tiers') %}
    tiers.{{ column }},
    {% endfor %}
    runs.finished_at as published_at
from tiers
left join runs on runs.run_id = tiers.run_id

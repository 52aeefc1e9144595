-- One row per account and month: the tier as it was first published.
with
superseded as (
    select cast(former_row as json) as former
    from {{ table('restatements') }}
    where table_name = 'account_tiers' and revision = 1
),

unfolded as (
    select
        {% for column in columns('account_tiers') %}
        {{ from_json('former', 'account_tiers', column) }} as {{ column }}{{ comma(loop) }}
        {% endfor %}
    from superseded
),

never_superseded as (
    select
        {% for column in columns('account_tiers') %}
        {{ column }}{{ comma(loop) }}
        {% endfor %}
    from {{ table('account_tiers') }}
    where revision = 1
),

first_published as (
    select * from unfolded
    union all
    select * from never_superseded
),

ends_of_runs as (
    select run_id, finished_at from {{ table('runs') }}
)

select
    {% for column in columns('account_tiers', 1, 2) %}
    first_published.{{ column }},
    {% endfor %}
    ends_of_runs.finished_at as published_at,
    {% for column in columns('account_tiers', 3) %}
    first_published.{{ column }}{{ comma(loop) }}
    {% endfor %}
from first_published
left join ends_of_runs on ends_of_runs.run_id = first_published.run_id

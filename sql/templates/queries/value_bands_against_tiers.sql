-- Where do the tiers differ from tiers by revenue alone?
-- One row per value band (of ARR) of the newest month. A tiering by revenue would have all of a band in one column;
-- the rest shows the effect of growth, strategy, complexity and cost. For small accounts in high touch, see decided_by.
with
newest as (
    select max(month) as month from runs where status = 'published'
)

select
    segments.value_band,
    count(*) as accounts,
    count(case when tiers.tier = 'high_touch' then 1 end) as high_touch,
    count(case when tiers.tier = 'mid_touch' then 1 end) as mid_touch,
    count(case when tiers.tier = 'low_touch' then 1 end) as low_touch,
    cast(min(tiers.arr) as numeric(18, 2)) as least_arr,
    cast(max(tiers.arr) as numeric(18, 2)) as most_arr
from account_segments as segments
join newest on newest.month = segments.month
join tiers_current as tiers on tiers.account_id = segments.account_id
group by segments.value_band
order by least_arr desc;

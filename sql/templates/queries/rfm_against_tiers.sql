-- Do the RFM segments and the tiers agree?
-- One row per RFM segment of the newest month. RFM describes what an account did (recency, frequency, money); the tier
-- how much service it is worth. Champions in low touch may deserve a look, and so may Hibernating and Lost accounts in
-- high touch.
with
newest as (
    select max(month) as month from runs where status = 'published'
)

select
    segments.rfm_segment,
    count(*) as accounts,
    count(case when tiers.tier = 'high_touch' then 1 end) as high_touch,
    count(case when tiers.tier = 'mid_touch' then 1 end) as mid_touch,
    count(case when tiers.tier = 'low_touch' then 1 end) as low_touch,
    cast(sum(tiers.arr) as numeric(18, 2)) as arr
from account_segments as segments
join newest on newest.month = segments.month
join tiers_current as tiers on tiers.account_id = segments.account_id
group by segments.rfm_segment
order by high_touch desc, mid_touch desc, segments.rfm_segment;

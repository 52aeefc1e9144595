-- Which notifications never arrived?
-- One row per month, channel, audience and reason. dead has failed too often (retier notify --retry retries it), held
-- waits for a person (retier notify --release), pending with attempts has failed and will be retried. Letters to
-- customers wait for approval by design and are not listed.
select
    month,
    channel,
    audience,
    status,
    last_error,
    count(*) as notifications,
    count(distinct message_id) as messages,
    max(attempts) as attempts
from notifications
where audience <> 'customer'
    and (status in ('dead', 'held') or (status = 'pending' and attempts > 0))
group by month, channel, audience, status, last_error
order by month desc, channel, audience, status, last_error;

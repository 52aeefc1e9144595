-- Invoices of Stripe, in units of their currency. Drafts are not issued yet, and test mode is not revenue.
-- To run it in your own warehouse, let the first blocks read your tables: `from stripe.invoice`.
with
invoice as (
    select *
    from read_csv(['data/dbt_stripe/seeds/invoice_data.csv', 'added/stripe_invoice.csv'], union_by_name = true)
),

customer as (
    select * from read_csv('data/dbt_stripe/seeds/customer_data.csv')
),

account_map as (
    select vendor_id, account_id
    from read_csv('added/account_map.csv', all_varchar = true)
    where system = 'stripe_customer'
)

-- `created` and `status_transitions_paid_at` are not in the sample, so the beginning of the period stands in for the
-- former, and of an invoice that is paid without a date nobody knows when: it counts as paid on the day of issue.
select
    coalesce(cast(customer.metadata as json) ->> 'crm_account_id', account_map.account_id) as account_id,
    invoice.id as invoice_id,
    cast(coalesce(invoice.created, invoice.period_start) as date) as issued_date,
    cast(invoice.due_date as date) as due_date,
    case
        when invoice.status = 'paid'
            then cast(coalesce(invoice.status_transitions_paid_at, invoice.created, invoice.period_start) as date)
    end as paid_date,
    invoice.total * 1.0
    / case
        when invoice.currency in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv',
            'xaf', 'xof', 'xpf') then 1
        when invoice.currency in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 1000
        else 100
    end as amount,
    upper(invoice.currency) as currency,
    case invoice.status when 'uncollectible' then 'failed' else invoice.status end as status,
    invoice.is_deleted
from invoice
left join customer on customer.id = invoice.customer_id
left join account_map on account_map.vendor_id = invoice.customer_id
where invoice.livemode and invoice.status <> 'draft'

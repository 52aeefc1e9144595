{% from 'shared/stripe/parts.sql' import owners_of with context %}
{% from 'shared/money.sql' import exact, minor_units %}
{{ demand('invoice') }}
-- Invoices of Stripe: one row per invoice, with what was billed: without tax, less credit notes and refunds. Deleted ones
-- stay as tombstones.
with
{{ tables('invoice', 'credit_note', 'charge', 'refund', 'invoice_payment', 'customer', 'account_map') }},

{{ owners_of('invoice') }},

credits as (
    select
        invoice_id,
        sum(case when type = 'pre_payment' then amount else 0 end) as before_payment,
        sum(case when type = 'pre_payment' then 0 else amount end) as after_payment
    from credit_note
    where coalesce(status, 'issued') <> 'void' and not coalesce(is_deleted, false)
    group by invoice_id
),

-- What ties a charge or a payment to its invoice depends on the age of the account in Stripe.
payments as (
    select charge_id, payment_intent_id, invoice_id from invoice_payment
    union all
    select id, payment_intent_id, invoice_id from charge where invoice_id is not null
    union all
    select charge_id, payment_intent_id, id from invoice
),

invoices_of_charges as (
    select charge_id, min(invoice_id) as invoice_id
    from payments
    where charge_id is not null
    group by charge_id
),

invoices_of_intents as (
    select payment_intent_id, min(invoice_id) as invoice_id
    from payments
    where payment_intent_id is not null
    group by payment_intent_id
),

{% if has('refund') %}
-- A credit note that names its refund is the same money.
paid_back as (
    select
        refund.id,
        refund.amount,
        refund.charge_id,
        coalesce(refund.payment_intent_id, charge.payment_intent_id) as payment_intent_id
    from refund
    left join charge on charge.id = refund.charge_id
    where
        coalesce(refund.status, 'succeeded') not in ('failed', 'canceled')
        and not coalesce(refund.is_deleted, false)
        and coalesce(charge.livemode, true)
        and not exists (
            select 1
            from credit_note
            where
                credit_note.refund_id = refund.id
                and coalesce(credit_note.status, 'issued') <> 'void'
                and not coalesce(credit_note.is_deleted, false)
        )
),
{% else %}
paid_back as (
    select id, amount_refunded as amount, id as charge_id, payment_intent_id
    from charge
    where amount_refunded > 0 and coalesce(livemode, true)
),
{% endif %}

placed_refunds as (
    select paid_back.id, paid_back.amount, coalesce(by_charge.invoice_id, by_intent.invoice_id) as invoice_id
    from paid_back
    left join invoices_of_charges as by_charge on by_charge.charge_id = paid_back.charge_id
    left join invoices_of_intents as by_intent on by_intent.payment_intent_id = paid_back.payment_intent_id
),

refunds as (
    select invoice_id, sum(amount) as amount
    from placed_refunds
    group by invoice_id
),

billed as (
    select
        invoice.*,
        owners.account_id,
        coalesce(invoice.total_excluding_tax, invoice.total - coalesce(invoice.tax, 0)) as net,
        coalesce(invoice.pre_payment_credit_notes_amount, credits.before_payment, 0) as credited_before_payment,
        coalesce(invoice.post_payment_credit_notes_amount, credits.after_payment, 0) as credited_after_payment,
        coalesce(refunds.amount, 0) as refunded,
        case
            when not coalesce(invoice.livemode, true) then 'test_mode_invoice'
            when invoice.status = 'draft' then 'draft'
            {% if options.without_account == 'leave_out' %}
            when owners.account_id is null then 'invoice_without_account'
            {% endif %}
        end as left_out_because
    from invoice
    left join owners on owners.customer_id = invoice.customer_id
    left join credits on credits.invoice_id = invoice.id
    left join refunds on refunds.invoice_id = invoice.id
),

left_out as (
    select left_out_because as reason, id as item_id
    from billed
    where left_out_because is not null
    union all
    select 'refund_without_invoice' as reason, id
    from placed_refunds
    where invoice_id is null
)

{% if is_count %}
select reason, count(*) as rows_left_out
from left_out
group by reason
{% else %}
-- Credits and refunds give tax back, too, in proportion. Of an invoice that is paid without a date nobody knows when: it
-- counts as paid on the day of issue.
select
    account_id,
    id as invoice_id,
    cast(coalesce(finalized_at, created, period_start) as date) as issued_date,
    cast(due_date as date) as due_date,
    case
        when status = 'paid' or (status is null and paid)
            then cast(coalesce(paid_at, finalized_at, created, period_start) as date)
    end as paid_date,
    {% set amount %}
net
        - (
            credited_before_payment
            {% if has('credit_note.refund_id') %}
            + credited_after_payment + refunded
            {% else %}
            + greatest(credited_after_payment, refunded) {# no credit note names its refund: it may be the same money #}
            {% endif %}
        )
        * coalesce(net / nullif(total, 0), 1)
    {% endset %}
    {{ exact('(' ~ amount.strip() ~ ') / ' ~ minor_units('lower(currency)')) }} as amount,
    upper(currency) as currency,
    case
        when status = 'uncollectible' then 'failed'
        when status = 'deleted' then 'void'
        when status is null then case when paid then 'paid' else 'open' end
        else status
    end as status,
    coalesce(is_deleted, false) or coalesce(status = 'deleted', false) as is_deleted,
    case when account_id is null then 'customer ' || coalesce(customer_id, '') || ' has no account' end
        as held_back_because
from billed
where left_out_because is null
{% endif %}

{# minor_units(currency) is how many of the units that amounts are counted in make one of the currency: a hundred, but not
   everywhere. For ISK and UGX, which have no smaller unit any more, Stripe still counts in hundredths. #}
{% macro minor_units(currency) -%}
case
        when {{ currency }} in ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf',
            'xof', 'xpf') then 1
        when {{ currency }} in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 1000
        else 100
    end
{%- endmacro %}

{# months_in(term, terms) is how many months a number of days, weeks, months or years lasts; null for any other term. #}
{% macro months_in(term, terms) -%}
case {{ term }} when 'day' then 12.0 / 365 when 'week' then 12.0 / 52 when 'month' then 1 when 'year' then 12 end
            * {{ terms }}
{%- endmacro %}

{# not_negative(amount): null stays null, which it does not in greatest(0, amount). #}
{% macro not_negative(amount) -%}
case when {{ amount }} < 0 then 0 else {{ amount }} end
{%- endmacro %}

{# exact(amount) takes away what computing with binary fractions adds: 79.99999999999997 is 80. #}
{% macro exact(amount) -%}
cast(cast({{ amount }} as decimal(38, 9)) as double precision)
{%- endmacro %}

{# compounded(percent, condition) is what percentages leave of a price, one after the other, within a group. #}
{% macro compounded(percent, condition) -%}
case
            when max(case when {{ condition }} then {{ percent }} end) >= 100 then 0
            else
                exp(
                    coalesce(
                        sum(
                            case
                                when {{ condition }} and {{ percent }} < 100
                                    then ln(1 - cast({{ percent }} as double precision) / 100)
                            end
                        ),
                        0
                    )
                )
        end
{%- endmacro %}

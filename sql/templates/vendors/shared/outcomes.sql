{# outcome(column) writes an outcome as the options do: in lower case, with spaces for hyphens and underscores. #}
{% macro outcome(column) -%}
translate(lower({{ column }}), '_-', '  ')
{%- endmacro %}

{# ids_in(list) makes one row of each id in a JSON list of ids, within a select; a null makes none. #}
{% macro ids_in(list) -%}
unnest(string_to_array(nullif(translate(cast({{ list }} as varchar), '[]" ', ''), ''), ','))
{%- endmacro %}

{# ids_in(list) makes one row of each id in a list, within a select: in JSON, or separated by semicolons or commas; a null
   makes none. #}
{% macro ids_in(list) -%}
unnest(string_to_array(nullif(translate(cast({{ list }} as varchar), ';[]" ', ','), ''), ','))
{%- endmacro %}

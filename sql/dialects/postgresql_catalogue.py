"""What a PostgreSQL server says of its tables, views and what depends on them."""

from __future__ import annotations

CATALOGUE = """
    select
        relations.relname as table_name,
        case relations.relkind when 'v' then 'view' else 'table' end as kind,
        obj_description(relations.oid, 'pg_class') as table_comment,
        columns.attname as column_name,
        cast(columns.attnum as integer) as column_index,
        format_type(columns.atttypid, columns.atttypmod) as data_type,
        not columns.attnotnull as is_nullable,
        col_description(relations.oid, columns.attnum) as column_comment
    from pg_catalog.pg_class as relations
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    join pg_catalog.pg_attribute as columns
        on columns.attrelid = relations.oid and columns.attnum > 0 and not columns.attisdropped
    where schemas.nspname = :schema and relations.relkind in ('r', 'p', 'v')
    order by relations.relname collate "C", columns.attnum
"""

COLUMN_NAMES = """
    select relations.relname, columns.attname
    from pg_catalog.pg_class as relations
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    join pg_catalog.pg_attribute as columns
        on columns.attrelid = relations.oid and columns.attnum > 0 and not columns.attisdropped
    where schemas.nspname = :schema and relations.relkind in ('r', 'p')
"""

VIEWS = """
    select relations.relname as view_name, pg_get_viewdef(relations.oid) as query
    from pg_catalog.pg_class as relations
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    where schemas.nspname = :schema and relations.relkind = 'v'
"""

VIEW_COLUMNS = """
    select attname, format_type(atttypid, atttypmod)
    from pg_catalog.pg_attribute
    where attrelid = cast(:view as regclass) and attnum > 0 and not attisdropped
    order by attnum
"""

DEPENDENTS = """
    select distinct schemas.nspname || '.' || relations.relname as name
    from pg_catalog.pg_depend as dependencies
    join pg_catalog.pg_rewrite as rules
        on rules.oid = dependencies.objid and dependencies.classid = cast('pg_rewrite' as regclass)
    join pg_catalog.pg_class as relations on relations.oid = rules.ev_class
    join pg_catalog.pg_namespace as schemas on schemas.oid = relations.relnamespace
    where dependencies.refclassid = cast('pg_class' as regclass)
        and dependencies.refobjid = cast(:relation as regclass)
        and relations.oid <> dependencies.refobjid
        and (
            cast(:column as text) is null
            or dependencies.refobjsubid = (
                select columns.attnum
                from pg_catalog.pg_attribute as columns
                where columns.attrelid = dependencies.refobjid and columns.attname = cast(:column as text)
            )
        )
    order by name
"""

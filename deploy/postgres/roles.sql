-- Roles of a warehouse on PostgreSQL: retier_writer owns the schema retier, retier_analyst reads it, and nobody else has
-- any right in it.
--
-- Run it in the database of the warehouse, as its owner or an administrator, before the first month or at any time
-- later, as often as you like:
--
--     psql --single-transaction --set ON_ERROR_STOP=1 --dbname warehouse --file deploy/postgres/roles.sql
--
-- It sets no passwords. Give the writer one with \password retier_writer. Analysts and tools get users of their own:
--     create role anna login in role retier_analyst;

do $$
begin
    if not exists (select from pg_roles where rolname = 'retier_writer') then
        create role retier_writer login;
    end if;
    if not exists (select from pg_roles where rolname = 'retier_analyst') then
        create role retier_analyst nologin;
    end if;
end
$$;

-- An administrator without superuser rights, as in most hosted databases, must be a member of a role to grant to it.
grant retier_writer to current_user;

do $$
declare
    relation record;
begin
    execute format('grant connect, temporary on database %I to retier_writer', current_database());
    execute format('grant connect on database %I to retier_analyst', current_database());

    if not exists (select from pg_namespace where nspname = 'retier') then
        create schema retier authorization retier_writer;
    end if;
    alter schema retier owner to retier_writer;

    -- Tables that another user published now belong to the writer; indexes follow their tables.
    for relation in
        select relname, relkind
        from pg_class
        where
            relnamespace = 'retier'::regnamespace
            and relkind in ('r', 'p', 'v')
            and relowner <> 'retier_writer'::regrole
    loop
        execute format(
            'alter %s retier.%I owner to retier_writer',
            case relation.relkind when 'v' then 'view' else 'table' end,
            relation.relname
        );
    end loop;
end
$$;

revoke all on schema retier from public;
revoke all on all tables in schema retier from public;

grant usage on schema retier to retier_analyst;
grant select on all tables in schema retier to retier_analyst;
-- Views are recreated when their query changes, and tables are added: grant future ones as well.
alter default privileges for role retier_writer in schema retier grant select on tables to retier_analyst;

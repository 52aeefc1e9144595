-- The databases of compose.yaml, created when PostgreSQL starts for the first time: one for Prefect, one
-- for the warehouse, each with its own user. Passwords come from the environment, so that no file contains them.
\set ON_ERROR_STOP on
\getenv prefect_password PREFECT_DATABASE_PASSWORD
\getenv retier_password RETIER_DATABASE_PASSWORD

create role prefect login password :'prefect_password';
create database prefect owner prefect;
create database retier;
revoke all on database prefect from public;
revoke all on database retier from public;

-- Prefect's server searches by similar names.
\connect prefect
create extension pg_trgm;

-- The writer and the analysts of the warehouse, as on any other server.
\connect retier
\ir ../postgres/roles.sql
alter role retier_writer password :'retier_password';

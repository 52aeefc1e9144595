"""One select and nothing else, where the database does not say what it understands of a text."""

import pytest

from sql.sources.one_select import refuse_others
from transforms.errors import WrongUseError

each_way = pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "not guarded"])


@each_way
@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "  -- of accounts; by day\n  SELECT 1 ; ",
        "/* a /* nested; */ b; */ select ';', \"a;b\" from t -- ;",
        "with a as (select 1), b as (select * from a) select * from b;",
        "(select 1) union all (select 2)",
        "values (1), (2);\n-- the end; of it",
        "table accounts",
        "select updated, deleted, 'insert into' as done from merges where note <> 'x; drop table y'",
        "select it''s from t where note = 'it''s; here'",
        "select * from t where created_at > :since and (update_of is null)",
    ],
)
def test_one_select_passes(sql, is_guarded):
    refuse_others(sql, "the query", is_guarded=is_guarded)


@each_way
@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select 1; select 2", "more than one select"),
        ("select 1;; -- a\n ; with a as (select 1) select 2", "more than one select"),
        ("select 1; drop table t", "holds 'drop', but a source is one select; a source only reads"),
        ("select ';'; commit; insert into t values (1)", "holds 'commit', .*: nothing is written"),
        ("select 1 /* ; /* */ */; delete from t", "holds 'delete'"),
        ("select '\\'; delete from t --'", "holds 'delete'"),
        ("select $a$ ' $a$; delete from t -- '", "holds 'delete'"),
        ("-- select\ninsert into t values (1)", "holds 'insert'"),
        ("/**/ update t set a = 1", "holds 'update'"),
        ("create table t as select 1", r"holds 'create', .*: with name as \(select"),
        ("set role admin", "holds 'set'"),
        ("pragma query_only = off", "holds 'pragma'"),
        ("attach database 'x' as y", "holds 'attach'"),
        ("copy t to '/tmp/x'", "holds 'copy'"),
        ("do $$ begin delete from t; end $$", "holds 'do', .*; write one select"),
        ("explain analyze delete from t", "holds 'explain'"),
        ("call make()", "holds 'call'"),
        ("select * into u from t", r"writes \(into\): a source only reads"),
        ("select 1 INTO OUTFILE '/tmp/x'", r"writes \(into\)"),
        ("with a as (insert into t values (1) returning *) select * from a", r"writes \(insert\)"),
        ("with a as materialized ( -- x\n DELETE from t returning *) select 1", r"writes \(delete\)"),
        ("with a as (merge into t using u on true when matched then delete) select 1", r"writes \(merge\)"),
        ("-- nothing at all", "returns no rows: make it a select"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(sql, reason, is_guarded):
    with pytest.raises(WrongUseError, match=f"^the query {reason}|^the query holds {reason}"):
        refuse_others(sql, "the query", is_guarded=is_guarded)


@pytest.mark.parametrize(
    "sql",
    [
        # Quoted in one database and not in another.
        r"select '\'; drop table t; -- '",
        r"select 'a\''; drop table t",
        "select $a$'$a$; drop table t -- '",
        "select '$a$'; drop table t -- $a$",
    ],
)
def test_where_no_driver_guards_it_every_way_of_reading_counts(sql):
    with pytest.raises(WrongUseError, match="holds"):
        refuse_others(sql, "the query", is_guarded=False)

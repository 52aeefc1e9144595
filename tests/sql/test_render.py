"""Templates: values are bound, never text; what a template may not do is refused."""

import json
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
import sqlalchemy as sa

from sql.render import render, variables
from tests.sql.sources.conftest import SHARED
from transforms.errors import WrongUseError


def on_duckdb(template, **values):
    statement = render(template, values, "the template")
    return duckdb.execute(statement.for_duckdb(), statement.parameters).fetchall()


def on_sqlite(template, **values):
    with sa.create_engine("sqlite://").connect() as connection:
        return [tuple(row) for row in connection.execute(render(template, values, "the template").for_sqlalchemy())]


BOTH = pytest.mark.parametrize("run", [on_duckdb, on_sqlite])


@BOTH
def test_values_are_bound(run):
    template = "select {{ text }}, {{ number }}, {{ nothing }}, '{{ text }}' = ':x', 1 where 1 in {{ many }}"
    statement = render(template, {"text": "'; drop", "number": 7, "nothing": None, "many": [1, 2]}, "t")
    assert list(statement.parameters.values()) == ["'; drop", 7, None, "'; drop", 1, 2]
    assert run("select {{ a }}, {{ b }} where 1 in {{ many }}", a="it's", b=None, many=(1, 2)) == [("it's", None)]


@BOTH
def test_naughty_strings_are_values(run):
    path = SHARED / "blns/blns.json"
    if not path.exists():
        pytest.skip("the shared data is absent")
    for text in json.loads(path.read_text()):
        assert run("select {{ text }} as text", text=text) == [(text,)]


def test_text_that_looks_like_parameters_stays_text():
    template = "select '12:30', ' :x ', 'a::b', '$value_9', '?', {{ x }}"
    assert on_sqlite(template, x=1) == [("12:30", " :x ", "a::b", "$value_9", "?", 1)]
    assert on_duckdb(template, x=1) == [("12:30", " :x ", "a::b", "$value_9", "?", 1)]
    assert on_duckdb("select '5'::int + {{ x }}", x=1) == [(6,)]


def test_dates_are_dates():
    assert on_duckdb("select typeof({{ day }})", day=date(2026, 1, 2)) == [("DATE",)]
    assert on_sqlite("select '2026-01-02' >= {{ day }}", day=date(2026, 1, 2)) == [(1,)]
    assert on_sqlite("select {{ at }}", at=datetime(2026, 1, 2, 3)) == [("2026-01-02 03:00:00.000000",)]
    assert on_duckdb("select {{ amount }}", amount=Decimal("1.5")) == [(Decimal("1.5"),)]


def test_templates_loop_branch_and_set():
    template = """
        {% set doubled = number * 2 %}
        select {% if is_wide %}{{ doubled }}, {% endif %}{{ number }}{% for one in many %}, {{ one }}{% endfor %}
    """
    statement = render(template, {"number": 3, "many": [1], "is_wide": 1}, "t")
    assert list(statement.parameters.values()) == [6, 3, 1]


def test_an_empty_list_matches_nothing():
    assert on_duckdb("select 1 where 1 in {{ many }}", many=[]) == []


@pytest.mark.parametrize("name", ["plain", 'a"b', "a b; drop table x", "naïve", "{{ x }}"])
def test_names_are_quoted(name):
    statement = render("select 1 as {{ identifier(name) }}", {"name": name}, "t")
    assert duckdb.sql(statement.for_duckdb()).columns == [name]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        pytest.param("select {{ ''.__class__ }}", "unsafe", id="class of a value"),
        pytest.param("select {{ ''['__class__'] }}", "unsafe", id="class by subscript"),
        pytest.param("{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}", "unsafe", id="all classes"),
        pytest.param("select {{ (1).__init__.__globals__ }}", "unsafe", id="globals"),
        pytest.param("select {{ '{0.__class__}'.format(1) }}", "unsafe", id="class by format"),
        pytest.param("{{ many.append(1) }}", "unsafe|not safely callable|no attribute", id="changes its input"),
        pytest.param("{% include '/etc/passwd' %}", "no loader", id="include"),
        pytest.param("{% for x in range(10000000000) %}{% endfor %}", "Range too big", id="endless loop"),
        pytest.param("select {{ month }}", "'month' is undefined", id="unknown variable"),
        pytest.param("select {{ many.x }}", "has no attribute 'x'", id="unknown attribute"),
        pytest.param("select {{ 1 / 0 }}", "division by zero", id="arithmetic"),
        pytest.param("select\n{{ x", "in line 2", id="syntax"),
        pytest.param("select {{ range }}", "outputs .*, which cannot be a value", id="function"),
        pytest.param("{% macro m() %}{{ 1 }}{% endmacro %}select {{ m() }}", "a macro or a block", id="macro"),
        pytest.param("{% set b %}x{{ 1 }}{% endset %}select {{ b }}", "a macro or a block", id="block"),
        pytest.param("{% filter replace('0', '9') %}{{ 1 }}{% endfilter %}", "filters a block", id="filter"),
        pytest.param("select \x00", "NUL character", id="NUL"),
        pytest.param("select {{ identifier(1) }}", "expects a name", id="no name"),
    ],
)
def test_what_a_template_may_not_do_is_refused(template, reason):
    with pytest.raises(WrongUseError, match=rf"^sql/usage\.sql .*({reason})"):
        render(template, {"many": [1]}, "sql/usage.sql")


def test_a_value_cannot_become_text():
    for template in ("select {{ x | safe }}", "select {{ 'a' ~ x }}", "select {{ identifier('a') ~ x }}"):
        statement = render(template, {"x": "; drop"}, "t")
        assert "drop" not in statement.for_duckdb()


def test_variables_are_those_that_the_template_does_not_set():
    assert variables("{% set a = 1 %}{{ a }}{{ month_start }}{{ identifier(b) }}", "t") == {"month_start", "b"}
    with pytest.raises(WrongUseError, match="t cannot be rendered"):
        variables("{% if %}", "t")

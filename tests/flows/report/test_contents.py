"""What the report says: the right numbers, nulls as not known, reasons in words, a sentence where there is nothing."""

from __future__ import annotations

import altair as alt
import duckdb
import pytest
from jsonschema import ValidationError

from tests.flows.conftest import write_project
from tests.flows.published import FEBRUARY, JANUARY, MARCH, publish_month
from tests.flows.report.published import BREAKING, QUOTED, TURNED, published_project
from tests.flows.report.told import cells, facts_of, sections_of, tiles
from transforms.errors import WrongUseError


@pytest.fixture(scope="module")
def sections(published):
    return sections_of(published, FEBRUARY)


def test_figures_stand_against_the_month_before(sections):
    found = tiles(sections["headline"])
    assert found["accounts"] == ("5", "as many as the month before")
    assert found["ARR"] == ("EUR 241 k", "0.4 % less than the month before")
    assert found["high touch"] == ("1", "EUR 50.0 k, 20.7 % of ARR; 1 fewer than the month before")
    assert found["mid touch"] == ("3", "EUR 190 k, 78.8 % of ARR; 1 more than the month before")
    assert found["changed their tier"] == ("3", "0 promotions and 1 demotion; lifts count, too")
    assert found["with a risk lift"] == ("1", "1 lift started this month, 1 ended")
    assert found["new accounts"][0] == "1"
    assert found["accounts left"] == ("1", "with an ARR of EUR 2.00 k")


def test_charts_are_what_vega_lite_can_draw(sections):
    specs = [figure.spec for section in sections.values() for figure in section.figures]
    assert len(specs) > 5
    for spec in specs:
        alt.LayerChart.from_dict(spec, validate=True)
    with pytest.raises(ValidationError, match="'axes' was unexpected"):
        alt.LayerChart.from_dict(specs[0] | {"axes": None}, validate=True)


def test_movements_are_a_flow_and_a_matrix(sections):
    section = sections["movements"]
    assert section.figures[0].says == (
        "1 account moved up, 2 accounts moved down, 1 account new, 1 account left. "
        "The widest band: 2 accounts from high touch to mid touch."
    )
    assert cells(section.figures[0].table) == [
        ["high touch", "mid touch", "2"],
        ["mid touch", "high touch", "1"],
        ["low touch", "left", "1"],
        ["new", "low touch", "1"],
    ]
    assert section.tables[0].columns == ["from", "to high touch", "to mid touch", "to low touch", "left"]
    assert cells(section.tables[0]) == [
        ["high touch", "", "▼ 2 · 130 k", "", ""],
        ["mid touch", "▲ 1 · 50.0 k", "1 · 60.0 k", "", ""],
        ["low touch", "", "", "", "× 1 · 2.00 k"],
        ["new", "", "", "+ 1 · 1.00 k", ""],
    ]


def test_those_who_moved_are_named_with_reasons_in_words(sections):
    assert cells(sections["movers"].tables[0]) == [
        [
            QUOTED, "demotion, high touch → mid touch", "its gross profit cannot pay for a higher tier",
            "", TURNED, "90.0 k",
        ],
        [
            BREAKING, "lift started, mid touch → high touch", "poor health lifts its tier for a while",
            "trend of use -18.8", "Ada </script>", "50.0 k",
        ],
        [
            "Heals", "lift ended, high touch → mid touch", "its lift for poor health has ended",
            "", "not known", "40.0 k",
        ],
        ["Leaves", "left, was low touch", "it is no longer a customer", "", "not known", "2.00 k"],
    ]  # fmt: skip


def test_what_is_null_is_not_known_and_never_0(sections):
    assert sections["map"].note == "1 account not drawn for lack of a value or health score."
    assert cells(sections["risk"].tables[1])[2][4:7] == ["low touch", "not known", "not known"]
    low = next(row for row in cells(sections["cost"].tables[0]) if row[0] == "low touch")
    assert low == ["low touch", "1", "1.00 k", "not known", "not known", "not known", "not known"]
    assert sections["cost"].note == "1 account with an unknown cost, left out of cost and margin."
    needs = next(one for one in sections["segments"].figures if one.name == "segments-primary-need")
    assert [row[0] for row in cells(needs.table)] == [BREAKING, "not known", "report results"]


def test_whoever_is_at_risk_is_named_or_counted_with_reason_and_action(sections):
    section = sections["risk"]
    assert tiles(section) == {
        "at risk": ("5", "with an ARR of EUR 93.0 k"),
        "lifted now": ("1", "with an ARR of EUR 50.0 k"),
    }
    assert cells(section.tables[0]) == [
        ["it is ill", "4", "53.0 k"],
        ["it has stopped using the product", "1", "40.0 k"],
    ]
    named = cells(section.tables[1])
    assert named[0] == [
        BREAKING,
        "it is ill",
        "2025-02",
        "adoption help by 2025-03-15",
        "high touch",
        "Ada </script>",
        "31",
        "50.0 k",
    ]
    assert [row[0] for row in named] == [BREAKING, "Heals", "Comes", QUOTED]
    assert named[1][2:4] == ["2025-01", "usage call"]
    assert named[2][3] == "no action is open"
    assert section.tables[1].left_out == "1 smaller account not shown. All of them:"


def test_suspended_silence_is_one_figure(tmp_path):
    folder = write_project(tmp_path)
    suspended = {"is_silent": True, "is_silence_suspended": True}
    publish_month(folder, JANUARY, {"a": suspended, "b": suspended, "c": {"is_silence_suspended": True}})
    value, says = tiles(sections_of(folder, JANUARY)["risk"])["silent"]
    assert (value, says) == ("2", "so many at once that silence says nothing of single accounts this month")


def test_the_map_counts_accounts_by_cell(sections):
    mid = next(one for one in sections["map"].figures if one.name == "map-mid-touch")
    assert cells(mid.table) == [
        ["90 to 100", "70 to 80", "1", "90.0 k"],
        ["70 to 80", "60 to 70", "1", "60.0 k"],
        ["50 to 60", "80 to 90", "1", "40.0 k"],
    ]
    assert [row[1] for row in cells(sections["map"].tables[0])] == [QUOTED, "stays", BREAKING, "Heals"]


def test_losses_lie_open(sections):
    assert cells(sections["cost"].tables[1]) == [[QUOTED, "mid touch", TURNED, "90.0 k", "90.0 k", "-42.0 k"]]


def test_the_team_is_reported_with_what_nobody_has_room_for(sections):
    section = sections["team"]
    assert section.figures[0].says == (
        "The pool dedicated has 1 person and 120 hours, 75.0 % of them taken. "
        "The pool pooled has 0 people and 0 hours; 12 hours more for 3 accounts are unassigned."
    )
    assert [row[-1] for row in cells(section.tables[0])] == ["75.0 %", "away"]


def test_checks_are_those_of_the_run_that_published_the_month(published):
    section = sections_of(published, FEBRUARY, "data-docs/2025-02-1/index.html")["checks"]
    counted = {label: value for label, (value, _) in tiles(section).items()}
    assert counted == {"passed": "1", "failed": "0", "accepted": "1", "warned": "1"}
    assert cells(section.tables[0]) == [
        ["fleet_shift", "accepted by kim: a price rise", "many moved"],
        ["usage.readable", "warned", "1 row of <usage> broke"],
    ]
    assert section.links == [("All checks of this run, in Data Docs", "data-docs/2025-02-1/index.html")]


def test_run_policy_and_currency_are_named(sections):
    told = dict(cells(sections["origin"].tables[0]))
    assert (told["month"], told["run"], told["revision"], told["currency"]) == ("2025-02", "2025-02-1", "1", "EUR")


def test_a_first_month_has_nothing_before_it(published):
    sections = sections_of(published, JANUARY)
    assert "This is the first published month" in sections["headline"].lead
    assert tiles(sections["headline"])["accounts"] == ("5", "")
    assert sections["movements"].figures[0].says.startswith("5 accounts new.")
    assert sections["movers"].note == "No account moved this month."
    assert sections["risk"].note == "Nobody is at risk, and no lift ran in the months shown."
    assert sections["team"].note.startswith("The team's hours are not known")
    assert sections["segments"].note == "No segments are published for this month."
    assert sections["checks"].note == "No checks are recorded for the run that published this month."
    assert sections["map"].note == "No account has both a value and a health score this month."


def test_a_month_without_accounts_has_a_report(tmp_path):
    publish_month(write_project(tmp_path), JANUARY, {})
    sections = sections_of(tmp_path)
    assert tiles(sections["headline"])["accounts"][0] == "0"
    assert tiles(sections["headline"])["high touch"] == ("0", "EUR 0, not known of ARR")
    assert sections["movements"].note == "No account arrived, left or changed its tier this month."
    assert sections["cost"].note.startswith("Cost to serve is not known")


def test_a_cost_without_a_gross_profit_is_reported_all_the_same(tmp_path):
    publish_month(write_project(tmp_path), JANUARY, {"a": {"cost_to_serve": 7.0, "gross_profit": None, "margin": None}})
    figure = sections_of(tmp_path)["cost"].figures[0]
    assert cells(figure.table) == [["mid touch", "not known", "7"]]
    assert "margin not known" in figure.says


def test_long_tables_are_cut_and_say_how_to_see_the_rest(tmp_path):
    many = {f"a-{number:03}": {"tier": "high_touch", "previous_tier": "mid_touch"} for number in range(40)}
    changes = [
        {
            "account_id": name,
            "kind": "promotion",
            "from_tier": "mid_touch",
            "to_tier": "high_touch",
            "arr": 1.0,
            "drivers": "[]",
        }
        for name in many
    ]
    publish_month(write_project(tmp_path), JANUARY, many, changes)
    table = sections_of(tmp_path)["movers"].tables[0]
    assert len(table.rows) == 15
    assert table.left_out == "25 smaller moves not shown. All of them:"
    with duckdb.connect(str(tmp_path / "retier.duckdb"), read_only=True) as connection:
        connection.execute("use retier.retier")
        assert len(connection.execute(table.command).fetchall()) == len(many)


def test_both_databases_say_the_same(published, postgresql_url, tmp_path):
    folder = published_project(tmp_path / "project", postgresql_url)
    assert sections_of(folder, FEBRUARY) == sections_of(published, FEBRUARY)


def test_a_month_that_is_not_published_is_refused_with_those_that_are(published):
    with pytest.raises(
        WrongUseError, match="2025-03 is not published: the published months run from 2025-01 to 2025-02"
    ):
        facts_of(published, MARCH)

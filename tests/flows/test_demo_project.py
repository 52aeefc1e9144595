import hashlib
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.demo_project import make_demo_project
from flows.progress import Silent
from flows.settings import load_project
from flows.settings.policy_file import default_policy
from sql.sources.source import Source, configured_of, open_sources
from transforms.contracts import SOURCES
from transforms.errors import RetierError, WrongUseError
from transforms.sample import MONTHS, sample_month, sample_tables
from transforms.sample.vocabulary import USE_CASES

FEW = 40


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "project"
    assert make_demo_project(folder, Silent(), FEW) == list(MONTHS)
    return folder


@pytest.fixture(scope="module")
def staging(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("staging")


@pytest.fixture(scope="module")
def sources(demo, staging) -> dict[str, Source]:
    return open_sources(load_project(demo, {}).settings.sources, demo, staging)


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class TestProject:
    def test_settings_are_right_and_map_every_source(self, demo):
        settings = load_project(demo, {}).settings
        assert set(settings.sources) == set(SOURCES)
        for source, spec in settings.sources.items():
            assert spec.problems(SOURCES[source]) == []

    def test_policy_is_the_default_one_but_for_the_use_cases(self, demo):
        policy = load_project(demo, {}).policies.policy_for(MONTHS[0])
        needs = policy.segments.needs
        assert {one.name: tuple(one.features) for one in needs.use_cases} == USE_CASES
        without = needs.model_copy(update={"use_cases": []})
        segments = policy.segments.model_copy(update={"needs": without})
        assert policy.model_copy(update={"segments": segments}) == default_policy().versions[0]

    def test_lines_of_the_settings_fit_a_screen(self, demo):
        lines = (demo / "retier.yaml").read_text(encoding="utf-8").splitlines()
        assert max(len(line) for line in lines) <= 120

    def test_files_are_as_an_ordinary_company_has_them(self, demo):
        data = demo / "data"
        assert (data / "crm/accounts.csv").read_bytes().startswith(b"\xef\xbb\xbfAccount ID;Account name;")
        assert (data / "crm/activities-2025-03.csv.gz").read_bytes().startswith(b"\x1f\x8b")
        assert "Weiß".encode("cp1252") in (data / "people/success_team.csv").read_bytes()
        assert len(list((data / "product").glob("usage-*.parquet"))) == len(MONTHS)


class TestRoundTrip:
    """What the settings make of the files is what the sample is: nothing is lost, nothing is understood wrongly."""

    @pytest.mark.parametrize("source", sorted(sample_tables(0)))
    def test_of_tables(self, sources, source):
        assert_same(sources[source].usable(), sample_tables(FEW)[source])

    @pytest.mark.parametrize("month", [MONTHS[0], MONTHS[5], MONTHS[-1]], ids=str)
    @pytest.mark.parametrize("source", sorted(sample_month(MONTHS[0], 0)))
    def test_of_events(self, sources, source, month):
        expected = sample_month(month, FEW)[source]
        known_by_the_end = pl.col("known_at").is_null() | (pl.col("known_at") < MONTHS[-1].end_time)
        assert_same(sources[source].usable(month), expected.filter(known_by_the_end))

    def test_months_are_those_of_the_demo(self, sources):
        for source in (one for one in sources.values() if one.table.event_time is not None):
            assert list(source.months()) == list(MONTHS)

    def test_every_column_with_values_is_mapped(self, sources):
        rows = sample_tables(FEW) | sample_month(MONTHS[0], FEW)
        with_values = {
            f"{source}.{name}" for source, frame in rows.items() for name in frame.columns if frame[name].count()
        }
        assert with_values | set(SOURCES) <= configured_of(sources)

    def test_usage_is_read_where_it_lies(self, sources, staging):
        assert sources["usage"].rows_read(MONTHS[3]) == sample_month(MONTHS[3], FEW)["usage"].height
        assert not list((staging / "usage").rglob("*.parquet"))


def assert_same(read: pl.LazyFrame, expected: pl.DataFrame) -> None:
    assert_frame_equal(read.collect(), expected, check_row_order=False, check_exact=True)


class TestWriting:
    def test_again_makes_the_same_bytes(self, demo):
        before = contents(demo)
        make_demo_project(demo, Silent(), FEW)
        assert contents(demo) == before

    @pytest.mark.parametrize("name", ["retier.yaml", "policy.yaml"])
    def test_a_project_of_ones_own_is_left_alone(self, tmp_path, name):
        (tmp_path / name).write_text("mine: true\n", encoding="utf-8")
        with pytest.raises(WrongUseError, match=f"{name} differs from that of the demo: name another folder"):
            make_demo_project(tmp_path, Silent(), FEW)
        assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_a_file_in_the_way_is_named(self, tmp_path):
        (tmp_path / "data").write_text("no folder")
        with pytest.raises(RetierError, match=r"cannot be written to \(.*\): name another one with --project"):
            make_demo_project(tmp_path, Silent(), FEW)

    def test_what_polars_cannot_write_is_named_with_its_reason(self, tmp_path):
        (tmp_path / "data" / "crm" / "accounts.csv").mkdir(parents=True)
        with pytest.raises(RetierError, match=r"cannot be written to \(.*[Ii]s a directory.*\): name another one"):
            make_demo_project(tmp_path, Silent(), FEW)

    def test_progress_is_reported_month_by_month(self, tmp_path):
        told = Told()
        make_demo_project(tmp_path, told, 5)
        assert told.steps == ["accounts and contracts", *map(str, MONTHS)]
        assert told.expected == len(told.steps)
        assert told.has_ended


class Told(Silent):
    def __init__(self):
        self.steps, self.expected, self.has_ended = [], 0, False

    def begin(self, title, steps):
        self.expected = steps

    def step(self, doing):
        self.steps.append(doing)

    def end(self):
        self.has_ended = True

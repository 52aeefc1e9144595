import hashlib
from pathlib import Path

import pytest

from flows.demo_project import make_demo_project
from flows.progress import Silent
from flows.settings import load_project
from transforms.contracts import SOURCES
from transforms.errors import RetierError, WrongUseError
from transforms.sample import MONTHS

FEW = 40


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "project"
    assert make_demo_project(folder, Silent(), FEW) == list(MONTHS)
    return folder


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

    def test_policy_is_the_default_one(self, demo):
        assert load_project(demo, {}).policies.policy_for(MONTHS[0]).version == "1"

    def test_lines_of_the_settings_fit_a_screen(self, demo):
        lines = (demo / "retier.yaml").read_text(encoding="utf-8").splitlines()
        assert max(len(line) for line in lines) <= 120

    def test_files_are_as_an_ordinary_company_has_them(self, demo):
        data = demo / "data"
        assert (data / "crm/accounts.csv").read_bytes().startswith(b"\xef\xbb\xbfAccount ID;Account name;")
        assert (data / "crm/activities-2025-03.csv.gz").read_bytes().startswith(b"\x1f\x8b")
        assert "Weiß".encode("cp1252") in (data / "people/success_team.csv").read_bytes()
        assert len(list((data / "product").glob("usage-*.parquet"))) == len(MONTHS)


class TestWriting:
    def test_again_gives_the_same_bytes(self, demo):
        before = contents(demo)
        make_demo_project(demo, Silent(), FEW)
        assert contents(demo) == before

    @pytest.mark.parametrize("name", ["retier.yaml", "policy.yaml"])
    def test_a_project_of_ones_own_is_left_alone(self, tmp_path, name):
        (tmp_path / name).write_text("mine: true\n", encoding="utf-8")
        with pytest.raises(WrongUseError, match=f"{name} is not that of an untouched demo: name another folder"):
            make_demo_project(tmp_path, Silent(), FEW)
        assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_a_file_in_the_way_is_named(self, tmp_path):
        (tmp_path / "data").write_text("no folder")
        with pytest.raises(RetierError, match=r"cannot be written to \(.*\): name another one with --project"):
            make_demo_project(tmp_path, Silent(), FEW)

    def test_progress_is_told_month_by_month(self, tmp_path):
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

"""What `retier check` reads of sources of events."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from flows.preflight import sample
from sql.sources.spec import SourceSpec
from tests.flows.cli.small import MONTH, small_project
from transforms.errors import RetierError


@pytest.fixture
def project(tmp_path) -> Path:
    return small_project(tmp_path)


class TestSample:
    """Sources of events are sampled, so that a check of a billion rows takes no longer than one of a million."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(sample, "_LONGEST_TEXT_BYTES", 1000)

    def of(self, project: Path, tmp_path: Path, **spec: object) -> sample.Sample:
        return sample.sample_of(
            "usage", SourceSpec.model_validate({"path": "data/u-*", **spec}), project, tmp_path / "s"
        )

    def test_the_newest_files_are_taken(self, project, tmp_path):
        for month in range(1, 6):
            (project / "data" / f"u-2025-{month:02}.csv").write_text("small")

        taken = self.of(project, tmp_path).spec.paths

        assert [Path(path).name for path in taken] == ["u-2025-04.csv", "u-2025-05.csv"]

    @pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
    def test_of_a_large_text_file_whole_rows_of_its_beginning(self, project, tmp_path, ending):
        row = 'a,"two\nlines",2025-06-01,1\n'
        content = ("account_id,feature,date,events\n" + row * 20_000).encode()
        path = project / "data" / f"u-1{ending}"
        path.write_bytes(gzip.compress(content, 0) if ending.endswith("gz") else content)

        taken = self.of(project, tmp_path)
        copy = Path(taken.spec.paths[0])
        beginning = gzip.decompress(copy.read_bytes()) if ending.endswith("gz") else copy.read_bytes()

        assert copy.parent == tmp_path / "s" / "usage"
        assert 900 < len(beginning) <= 1000
        assert content.startswith(beginning)
        assert beginning.endswith(b",1\n")
        assert taken.translate(f"in {copy} row 3") == f"in data/u-1{ending} row 3"

    def test_what_cannot_be_cut_is_taken_whole(self, project, tmp_path):
        path = project / "data" / "u-1.csv"
        path.write_text("a\n" * 5000, encoding="utf-16")

        assert self.of(project, tmp_path, encoding="utf-16").spec.paths == [str(path)]

    def test_a_beginning_that_cannot_be_kept_is_reported(self, project, tmp_path):
        (project / "data" / "u-1.csv").write_text("a\n" * 5000)
        (tmp_path / "s").write_text("a file where a folder is to be")

        with pytest.raises(RetierError, match="s/usage cannot be written: a part of that path is a file"):
            self.of(project, tmp_path)

    def test_a_beginning_that_cannot_be_written_is_reported(self, project, tmp_path):
        large = project / "data" / "u-1.csv"
        large.write_text("a\n" * 5000)
        (tmp_path / "s" / "usage").mkdir(parents=True)
        (tmp_path / "s" / "usage" / "u-1.csv").symlink_to(large / "below a file")

        with pytest.raises(RetierError, match="s/usage cannot be written: a part of that path is a file"):
            self.of(project, tmp_path)

    def test_errors_in_a_sample_name_the_file_itself(self, run, project):
        usage = project / "data" / "usage.csv"
        usage.write_text("account_id,date,feature,events\na,never,x,1\n" + "a,2025-06-01,x,1\n" * 5000)

        result = run("check", "--project", project, "--month", MONTH)

        assert result.exit_code == 3
        assert "'never' in data/usage.csv data row 1" in result.stdout

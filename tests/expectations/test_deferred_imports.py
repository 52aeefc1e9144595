"""Each case runs in a process of its own, as an import happens once.

All but the first import a package in the place of Great Expectations, which imports what that does in the same way, but
takes no seconds.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRELUDE = """
import gc, sys
def is_lazy(name): return type(sys.modules[name]).__name__ == "_LazyModule"
def own_finders(): return [one for one in sys.meta_path if type(one).__module__.startswith("expectations")]
"""


def run(program: str, *folders: Path) -> None:
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    command = [sys.executable, "-W", "error::ImportWarning", "-c", PRELUDE + program]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": path})


@pytest.fixture
def small(tmp_path):
    """A small package in the place of Great Expectations."""
    package = tmp_path / "great_expectations"
    package.mkdir()
    (package / "__init__.py").write_text("import great_expectations.core\n")
    (package / "core.py").write_text(
        "import gc\nimport altair as alt\nfrom scipy import stats\nis_collecting = gc.isenabled()\n"
    )
    return tmp_path


def test_great_expectations_leaves_out_what_no_suite_uses():
    run("""
import expectations.judge, expectations.data_docs.validation
from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as user
assert is_lazy("scipy.stats") and is_lazy("altair")
assert "scipy.optimize" not in sys.modules and "altair.vegalite" not in sys.modules
import altair, scipy.stats
assert user.alt is altair and user.stats is scipy.stats and user.stats.entropy([1.0]) == 0.0
""")


@pytest.mark.parametrize(
    "use",
    [
        pytest.param("from scipy import stats; assert stats.norm.cdf(0) == 0.5", id="from_a_package"),
        pytest.param("import scipy.stats; assert scipy.stats.norm.cdf(0) == 0.5", id="by_its_dotted_name"),
        pytest.param("from scipy.stats import norm; assert norm.cdf(0) == 0.5", id="a_name_of_it"),
        pytest.param("from scipy.optimize import linprog; assert linprog([1.0]).fun == 0.0", id="a_sibling"),
        pytest.param("import altair as alt; assert alt.Chart().mark_bar().to_dict()['mark']", id="altair"),
    ],
)
def test_what_was_left_out_is_imported_when_somebody_uses_it(use, small):
    run(f"import expectations, great_expectations\nassert is_lazy('scipy.stats') and is_lazy('altair')\n{use}", small)


@pytest.mark.parametrize("use", ["import altair as alt; alt.Chart", "from scipy import stats; stats.norm"])
def test_threads_that_use_it_at_once_all_find_it_whole(use, small):
    run(
        f"""
import expectations, great_expectations, threading
from concurrent.futures import ThreadPoolExecutor
sys.setswitchinterval(1e-4)
together = threading.Barrier(3)
def work(_):
    together.wait()
    exec({use!r})
with ThreadPoolExecutor(3) as pool:
    list(pool.map(work, range(3)))
""",
        small,
    )


def test_what_was_imported_before_stays(small):
    run(
        "import altair, scipy.stats, expectations, great_expectations.core as user\n"
        "assert not is_lazy('altair') and not is_lazy('scipy.stats')\n"
        "assert user.alt is altair and user.stats is scipy.stats",
        small,
    )


def test_nothing_remains_of_it_after_the_import(small):
    run(
        "import expectations, great_expectations.core\n"
        "assert not great_expectations.core.is_collecting and gc.isenabled()\n"
        "assert not own_finders()\n"
        "assert type(great_expectations.__loader__).__name__ == 'SourceFileLoader'\n"
        "assert great_expectations.__spec__.loader is great_expectations.__loader__",
        small,
    )


def test_nothing_remains_of_it_after_an_import_that_failed(small):
    (small / "great_expectations" / "core.py").write_text("raise ImportError('on purpose')\n")
    run(
        "import expectations\n"
        "try:\n    import great_expectations\nexcept ImportError as error:\n    assert str(error) == 'on purpose'\n"
        "assert 'great_expectations' not in sys.modules and gc.isenabled() and not own_finders()",
        small,
    )


def test_a_collector_that_was_off_stays_off(small):
    run("gc.disable()\nimport expectations, great_expectations\nassert not gc.isenabled()", small)


def test_great_expectations_that_was_imported_before_is_left_alone(small):
    run("import great_expectations, expectations\nassert not own_finders()\nassert not is_lazy('scipy.stats')", small)


def test_deferring_twice_is_deferring_once(small):
    run("import expectations\nexpectations.defer()\nassert len(own_finders()) == 1", small)


def test_no_garbage_is_looked_for_in_what_the_import_made(small):
    run(
        "import expectations, great_expectations.core as user\n"
        "assert not any(one is vars(user) for one in gc.get_objects()), 'the collector still walks over the module'\n"
        "kept = [object]\nassert any(one is kept for one in gc.get_objects())",
        small,
    )


def test_the_import_is_collected_as_the_process_ends(small, tmp_path):
    frozen = tmp_path / "frozen"
    run(
        "import atexit, pathlib\n"
        # What is registered first runs last.
        f"atexit.register(lambda: pathlib.Path({str(frozen)!r}).write_text(str(gc.get_freeze_count())))\n"
        "import expectations, great_expectations\nassert gc.get_freeze_count()",
        small,
    )
    assert frozen.read_text() == "0"

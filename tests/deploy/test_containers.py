"""The image and compose.yaml, as far as they can be held without a container engine."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import tomllib

import psycopg
import pytest
import yaml

from tests.conftest import ROOT
from tests.deploy.image import copied, instructions, is_in_context

DEPLOY = ROOT / "deploy"
COMPOSE_TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXAMPLE = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
SECRETS = {"POSTGRES_PASSWORD", "PREFECT_DATABASE_PASSWORD", "RETIER_DATABASE_PASSWORD", "PREFECT_AUTH_STRING"}
HEALTHY, ENDED_WELL = {"condition": "service_healthy"}, {"condition": "service_completed_successfully"}


def of_last_stage(name):
    last = instructions()[-1].stage
    return [i.rest for i in instructions() if i.stage == last and i.name == name]


def healthcheck(service, port, wanted):
    """Run a healthcheck of compose.yaml against another port."""
    runner, python, option, program = SERVICES[service]["healthcheck"]["test"]
    assert (runner, python, option) == ("CMD", "python", "-c")
    assert str(wanted) in program
    return subprocess.run(
        [sys.executable, "-c", program.replace(str(wanted), str(port))], capture_output=True, check=False
    ).returncode


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_every_stage_begins_with_the_same_slim_python_of_one_version():
    bases = [i.words[0] for i in instructions() if i.name == "FROM"]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", bases[0])


def test_what_is_installed_has_a_hash_and_nothing_is_fetched_besides():
    runs = [i.rest for i in instructions() if i.name == "RUN" and "install" in i.rest and i.stage == 0]
    requirements, package = runs
    assert "--require-hashes" in requirements
    assert "--requirement requirements.txt" in requirements
    assert "--no-deps --no-build-isolation ." in package
    assert not any(word in " ".join(of_last_stage("RUN")) for word in ("pip", "apt", "curl", "wget"))
    assert "ADD" not in {i.name for i in instructions()}
    assert "find /opt/retier/lib -type d -name tests -prune -exec rm -r {} +" in package


def test_the_image_does_not_run_as_root_and_can_do_nothing_before_it_is_told():
    names = [i.name for i in instructions()]
    assert of_last_stage("USER") == ["10001:10001"]
    assert "RUN" not in names[names.index("USER") :]
    assert "useradd --uid 10001" in of_last_stage("RUN")[0]
    assert of_last_stage("CMD") == ['["retier", "--help"]']
    assert of_last_stage("WORKDIR") == ["/project"]


def test_all_that_is_copied_is_there_and_is_seen_by_the_builder():
    for source in copied():
        inside = [source] if (ROOT / source).is_file() else [f"{source}/__init__.py"]
        assert all((ROOT / name).is_file() for name in inside), source
        assert all(is_in_context(name) for name in inside), source


def test_a_clone_that_only_its_owner_can_read_builds_an_image_that_its_user_can_read():
    copies = [i.rest for i in instructions() if i.name == "COPY" and "deploy/" in i.rest]
    assert copies
    assert all("--chmod=644 " in rest for rest in copies)


def test_the_builder_sees_nothing_that_is_not_copied():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    seen = [path for path in filter(None, listed) if is_in_context(path)]
    assert "flows/orchestration.py" in seen
    strange = [path for path in seen if not any(path == name or path.startswith(f"{name}/") for name in copied())]
    assert strange == []


@pytest.mark.parametrize(
    "path", ["deploy/.env", ".env", ".git/config", "demo/data/accounts.csv", "retier.duckdb", "sql/__pycache__/a.pyc"]
)
def test_secrets_data_and_leftovers_stay_out_of_the_image(path):
    assert not is_in_context(path)


def test_the_image_holds_all_packages_under_the_version_of_the_project():
    packages = {name for name in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"] if "." not in name}
    assert packages <= set(copied())
    version = PROJECT["project"]["version"]
    assert f'org.opencontainers.image.version="{version}"' in of_last_stage("LABEL")[0]
    assert {s["image"] for name, s in SERVICES.items() if name != "postgres"} == {f"retier:{version}"}


def test_the_example_names_exactly_the_variables_that_compose_reads_with_the_same_defaults():
    used = re.findall(r"\$\{(\w+)(:-|:\?|)([^}]*)\}", COMPOSE_TEXT)
    assert {name for name, _, _ in used} == set(EXAMPLE)
    assert {(name, text) for name, kind, text in used if kind == ":-"} == {
        (name, value) for name, value in EXAMPLE.items() if value
    }


def test_compose_refuses_to_start_without_secrets_and_no_file_holds_one():
    refused = {name for name, text in re.findall(r"\$\{(\w+):\?([^}]*)\}", COMPOSE_TEXT) if "deploy/.env" in text}
    assert refused == SECRETS | {"RETIER_PROJECT_FOLDER"}
    assert {name for name in EXAMPLE if not EXAMPLE[name]} == refused
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|AUTH|WAREHOUSE|DATABASE", variable):
                assert re.search(r"\$\{(\w+):\?", value)[1] in SECRETS, f"{name}: {variable}"


def test_each_service_starts_when_what_it_needs_is_ready():
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    assert waits == {
        "postgres": {},
        "prefect": {"postgres": HEALTHY},
        "setup": {"prefect": HEALTHY},
        "worker": {"setup": ENDED_WELL, "postgres": HEALTHY},
        "pages": {"prefect": HEALTHY},
    }
    waited_for = {other for wait in waits.values() for other, how in wait.items() if how == HEALTHY}
    assert all("healthcheck" in SERVICES[name] for name in waited_for)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_rights_and_a_bounded_share_of_the_machine(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service.get("user", "10001").split(":")[0] in {"10001", "postgres", "${RETIER_UID"}
    assert {"cpus", "mem_limit", "pids_limit"} <= set(service)
    assert service["restart"] == ("no" if name == "setup" else "unless-stopped")
    assert "privileged" not in service
    writable = [*service.get("tmpfs", []), *service.get("volumes", [])]
    assert any("/tmp" in str(place) for place in writable)


def test_nothing_is_reached_from_elsewhere_unless_somebody_says_so():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"prefect", "pages"}
    assert all(port.startswith("${RETIER_ADDRESS:-127.0.0.1}:") for listed in ports.values() for port in listed)
    assert COMPOSE["networks"]["databases"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["databases"]


def test_what_is_mounted_is_there_and_data_outlive_containers():
    assert re.fullmatch(r"postgres:18\.\d+-\w+", SERVICES["postgres"]["image"])
    volumes = [v.split(":") for s in SERVICES.values() for v in s.get("volumes", []) if isinstance(v, str)]
    assert {source for source, *_ in volumes if not source.startswith(".")} == set(COMPOSE["volumes"])
    files = {target: DEPLOY / source for source, target, *_ in volumes if source.startswith(".")}
    assert all(path.is_file() for path in files.values())
    # The first includes the second, relative to itself, in the repository and in the container alike.
    assert set(files) == {"/docker-entrypoint-initdb.d/databases.sql", "/postgres/roles.sql"}
    binds = [v for s in SERVICES.values() for v in s.get("volumes", []) if isinstance(v, dict)]
    assert [(b["target"], b["bind"], b.get("read_only", False)) for b in binds] == [
        ("/project", {"create_host_path": False}, False),
        ("/project", {"create_host_path": False}, True),
    ]


def test_runs_are_set_up_as_the_automation_and_the_links_expect():
    worker, server = SERVICES["worker"]["environment"], SERVICES["prefect"]["environment"]
    assert worker["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    assert worker["RETIER_OUTPUT_URL"].endswith(":${RETIER_PAGES_PORT:-8080}")
    assert server["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"].endswith("lease_storage.filesystem")
    assert SERVICES["prefect"]["volumes"] == [f"prefect:{server['PREFECT_HOME']}"]
    assert SERVICES["setup"]["command"] == ["sh", "/opt/retier/deploy/setup.sh", "process"]


def test_links_in_logs_lead_where_the_browser_finds_prefect():
    seen_by_the_browser = SERVICES["prefect"]["environment"]["PREFECT_SERVER_UI_API_URL"].removesuffix("/api")
    for name in ("setup", "worker"):
        assert SERVICES[name]["environment"]["PREFECT_UI_URL"] == seen_by_the_browser


def test_a_run_gets_no_more_memory_by_swapping():
    assert SERVICES["worker"]["memswap_limit"] == SERVICES["worker"]["mem_limit"]


def test_the_pages_are_served_and_both_healthchecks_tell_life_from_death(tmp_path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "health").write_text("true")
    port = free_port()
    assert healthcheck("prefect", port, 4200) != 0
    assert healthcheck("pages", port, 8080) != 0
    command = [word.replace("/project/out", str(tmp_path)) for word in SERVICES["pages"]["command"]]
    command = [sys.executable if word == "python" else word.replace("8080", str(port)) for word in command]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as pages:
        try:
            until = time.monotonic() + 5
            while healthcheck("pages", port, 8080) != 0:
                assert time.monotonic() < until, "the server of the pages did not start"
            assert healthcheck("prefect", port, 4200) == 0
        finally:
            pages.terminate()


@pytest.fixture
def databases(postgresql):
    """The server of compose.yaml, as the entry point of the image makes it."""
    psql = [postgresql.programs / "psql", "--set=ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", "--dbname=postgres"]
    secrets = {"PREFECT_DATABASE_PASSWORD": "it's one", "RETIER_DATABASE_PASSWORD": "another"}
    made = subprocess.run(
        [*psql, f"--file={DEPLOY / 'docker' / 'databases.sql'}"],
        env=postgresql.environment() | secrets,
        check=False,
        capture_output=True,
        text=True,
    )
    yield made
    for name in ("prefect", "retier"):
        postgresql.execute(f"drop database if exists {name} with (force)")
    for role in ("prefect", "retier_analyst", "retier_writer"):
        postgresql.execute(f"drop role if exists {role}")


def test_the_databases_are_made_each_with_its_own_user_and_password(databases, postgresql):
    assert databases.returncode == 0, databases.stderr
    assert postgresql.execute("select extname from pg_extension where extname = 'pg_trgm'", "prefect")
    for name, user, password in (("prefect", "prefect", "it's one"), ("retier", "retier_writer", "another")):
        with postgresql.asking_for_passwords(user):
            with psycopg.connect(postgresql.url(name, user), password=password) as connection:
                connection.execute("create temporary table t (i int)")
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(postgresql.url(name, user), password="change-me")
    for name, user in (("retier", "prefect"), ("prefect", "retier_writer")):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(postgresql.url(name, user))

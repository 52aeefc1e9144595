"""The job templates of Docker and Kubernetes pools and the cluster's worker, rendered and read without either."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import tomllib
from uuid import UUID

import pytest
import yaml

from tests.conftest import ROOT
from tests.deploy.kubernetes_models import read_manifest

DEPLOY = ROOT / "deploy"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
WORKER = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "worker.yaml").read_text(encoding="utf-8")))
DEPLOYED = yaml.safe_load((DEPLOY / "prefect.yaml").read_text(encoding="utf-8"))["deployments"][0]["work_pool"]
SETUP = (DEPLOY / "setup.sh").read_text(encoding="utf-8")
API_URL = "http://prefect.example.com:4200/api"
GIBIBYTE = 2**30


def template(kind):
    return json.loads((DEPLOY / kind / "base-job-template.json").read_text(encoding="utf-8"))


def default_template(kind):
    from prefect_docker.worker import DockerWorker
    from prefect_kubernetes.worker import KubernetesWorker

    worker = {"docker": DockerWorker, "kubernetes": KubernetesWorker}[kind]
    return worker.get_default_base_job_template()


def rendered(configuration, kind):
    """Render a template for a run of our deployment, as a worker does that finds the server at API_URL."""
    from prefect.client.schemas.objects import FlowRun
    from prefect.settings import PREFECT_API_URL, temporary_settings

    run = FlowRun(id=UUID(int=1), flow_id=UUID(int=2), name="retier 2026-10")
    with temporary_settings({PREFECT_API_URL: API_URL}):
        made = asyncio.run(configuration.from_template_and_values(template(kind), DEPLOYED["job_variables"]))
        made.prepare_for_flow_run(run)
    return made


@pytest.fixture(scope="module")
def container():
    from prefect_docker.worker import DockerWorkerJobConfiguration

    return rendered(DockerWorkerJobConfiguration, "docker")


@pytest.fixture(scope="module")
def job():
    from prefect_kubernetes.worker import KubernetesWorkerJobConfiguration

    return read_manifest(rendered(KubernetesWorkerJobConfiguration, "kubernetes").job_manifest)


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_a_template_is_the_library_s_own_with_other_defaults_and_reasons(kind):
    ours, own = template(kind)["variables"], default_template(kind)["variables"]
    changed = set()
    for name, variable in own["properties"].items():
        mine = ours["properties"].pop(name)
        if mine != variable:
            changed.add(name)
            assert mine["description"].startswith(variable["description"]), name
            assert "retier:" in mine["description"], name
            own_schema = {**variable, "description": mine["description"], "default": mine["default"]}
            assert mine == own_schema, name
    assert ours["properties"] == {}
    assert changed >= {"image", "env"}
    assert {**ours, "properties": 0} == {**own, "properties": 0}


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_a_template_keeps_all_that_the_library_fills_in(kind):
    def holes(text):
        return set(re.findall(r"\{\{ (\w+) \}\}", json.dumps(text)))

    assert holes(template(kind)["job_configuration"]) == holes(default_template(kind)["job_configuration"])


def test_a_container_runs_our_flow_in_our_image_on_the_project(container):
    assert container.image == f"retier:{VERSION}"
    assert container.command == "prefect flow-run execute"
    assert container.name == "retier-2026-10"
    assert container.env["RETIER_PROJECT"] == "/project"
    assert container.env["PREFECT_API_URL"] == API_URL
    assert container.env["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    assert "/srv/retier/project:/project" in container.volumes


def test_the_password_of_a_container_is_read_from_a_mounted_file(container):
    file = container.env["PGPASSFILE"]
    assert f"/srv/retier/pgpass:{file}:ro" in container.volumes
    assert re.match(r"postgresql://\w+@", container.env["RETIER_WAREHOUSE"])


def test_docker_takes_the_limits_of_a_container_and_leaves_it_no_rights(container):
    from docker.types import HostConfig

    options = dict(container.container_create_kwargs)
    assert options.pop("user") == "10001:10001"
    host = HostConfig(version="1.44", mem_limit=container.mem_limit, memswap_limit=container.memswap_limit, **options)
    assert host["Memory"] == host["MemorySwap"] == 24 * GIBIBYTE
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["ReadonlyRootfs"] is True
    assert "/tmp" in host["Tmpfs"]
    assert container.privileged is False


def test_a_job_runs_our_flow_once_in_our_image_and_goes_after_a_day(job):
    (run,) = job.spec.template.spec.containers
    assert run.image == f"retier:{VERSION}"
    assert run.args == ["prefect", "flow-run", "execute"]
    assert (job.spec.backoff_limit, job.spec.completions, job.spec.parallelism) == (0, 1, 1)
    assert job.spec.template.spec.restart_policy == "Never"
    assert job.spec.ttl_seconds_after_finished == 24 * 60 * 60
    assert job.metadata.generate_name == "retier-2026-10-"


def test_a_job_gets_its_secrets_from_kubernetes_and_the_rest_from_prefect(job):
    values = {each.name: each.value for each in job.spec.template.spec.containers[0].env if each.value_from is None}
    secrets = {each.name: each.value_from for each in job.spec.template.spec.containers[0].env if each.value_from}
    assert values["PREFECT_API_URL"] == API_URL
    assert values["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    assert values["RETIER_PROJECT"] == "/project"
    assert set(secrets) == {"RETIER_WAREHOUSE"}
    reference = secrets["RETIER_WAREHOUSE"].secret_key_ref
    assert (reference.name, reference.key) == ("retier", "warehouse")


def test_a_job_has_its_share_of_a_node_and_no_rights(job):
    pod = job.spec.template.spec
    run = pod.containers[0]
    assert run.resources.requests == {"cpu": "2", "memory": "8Gi"}
    assert run.resources.limits == {"memory": "24Gi"}
    assert is_restricted(pod)
    assert pod.security_context.fs_group == 10001
    assert pod.automount_service_account_token is False


def test_a_job_writes_into_the_project_and_tmp_only(job):
    pod = job.spec.template.spec
    assert {mount.name: mount.mount_path for mount in pod.containers[0].volume_mounts} == {
        "project": "/project",
        "scratch": "/tmp",
    }
    volumes = {volume.name: volume for volume in pod.volumes}
    assert volumes["project"].persistent_volume_claim.claim_name == only("PersistentVolumeClaim").metadata.name
    assert volumes["scratch"].empty_dir.size_limit


def test_the_worker_of_the_cluster_is_there_with_all_it_refers_to(job):
    read = [read_manifest(manifest) for manifest in WORKER]
    namespace = only("Namespace").metadata.name
    assert {each.metadata.namespace for each in read if each.kind != "Namespace"} == {namespace}
    assert job.metadata.namespace == namespace
    accounts = {each.metadata.name for each in read if each.kind == "ServiceAccount"}
    pod = only("Deployment").spec.template
    assert {pod.spec.service_account_name, job.spec.template.spec.service_account_name} == accounts
    assert only("Deployment").spec.selector.match_labels == pod.metadata.labels
    assert only("RoleBinding").role_ref.name == only("Role").metadata.name
    assert [subject.name for subject in only("RoleBinding").subjects] == [pod.spec.service_account_name]


def test_the_worker_may_make_jobs_and_watch_them_and_nothing_else():
    may = {resource: set(rule.verbs) for rule in only("Role").rules for resource in rule.resources}
    watching = {"get", "list", "watch"}
    assert may["jobs"] == watching | {"create", "update", "patch", "delete"}
    assert may == {"jobs": may["jobs"], "pods": watching, "pods/log": watching, "pods/status": watching}
    assert is_restricted(only("Deployment").spec.template.spec)


def test_the_worker_serves_our_pool_with_prefect_s_version_and_has_no_secret_in_plain_text():
    pinned = re.search(r"^prefect==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)[1]
    (worker,) = only("Deployment").spec.template.spec.containers
    assert worker.image.startswith(f"prefecthq/prefect:{pinned}-")
    assert worker.command[:7] == ["prefect", "worker", "start", "--pool", DEPLOYED["name"], "--type", "kubernetes"]
    secrets = {each.name for each in worker.env if each.value_from is not None}
    assert secrets == {"PREFECT_API_URL", "PREFECT_API_AUTH_STRING"}


def test_the_setup_names_the_pool_and_the_automation_as_their_files_do():
    (automation,) = yaml.safe_load((DEPLOY / "automations.yaml").read_text(encoding="utf-8"))["automations"]
    assert f"\npool={DEPLOYED['name']}\n" in SETUP
    assert f"\nautomation={automation['name']}\n" in SETUP


def test_the_setup_refuses_a_kind_that_it_does_not_know():
    done = subprocess.run(["sh", DEPLOY / "setup.sh", "nomad"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "'nomad'; expected process, docker or kubernetes" in done.stderr


def only(kind):
    (found,) = [manifest for manifest in WORKER if manifest["kind"] == kind]
    return read_manifest(found)


def is_restricted(pod):
    """Return whether a pod passes the restricted standard of Kubernetes, and cannot write into its image."""
    (container,) = pod.containers
    own = container.security_context
    return (
        pod.security_context.run_as_non_root is True
        and pod.security_context.run_as_user == 10001
        and pod.security_context.seccomp_profile.type == "RuntimeDefault"
        and own.allow_privilege_escalation is False
        and own.read_only_root_filesystem is True
        and own.capabilities.drop == ["ALL"]
    )

"""The files for containers: well-formed, with few rights, and true to the sample configuration of nginx."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
COMPOSE = DEPLOY / "compose.yaml"


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.load(COMPOSE.read_text(), Loader=yaml.CSafeLoader)["services"]
    return found


@pytest.mark.slow
def test_the_compose_file_follows_the_schema_of_compose_files() -> None:
    """As check-jsonschema has it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.node
def test_the_container_file_has_no_fault() -> None:
    """As dockerfile-utils sees it."""
    linter, node = ROOT / "tests/node/node_modules/dockerfile-utils/bin/dockerfile-utils", shutil.which("node")
    if node is None or not linter.is_file():
        pytest.skip("needs Node.js and: npm ci --prefix tests/node")
    done = subprocess.run([node, linter, "lint", DEPLOY / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "")


def test_containers_have_few_rights_and_no_secrets() -> None:
    """None is root, none may gain rights, those of kb and nginx cannot write, and only nginx can be reached."""
    assert "USER 10001:10001" in (DEPLOY / "Containerfile").read_text()
    for name, service in services().items():
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "privileged" not in service
        assert service.get("user", "") != "root"
        if not name.startswith("search"):
            assert service["read_only"], name
        assert ("ports" in service) == (name == "nginx")
        assert not re.search(r":latest$|^[^:]+/[^:]+$", service["image"]), f"{name} has no version"
        for variable, value in service.get("environment", {}).items():
            assert not re.search("KEY|PASSWORD", variable) or value == f"${{{variable}:-}}", variable


def test_nginx_in_a_container_asks_the_replicas_that_are_there(tmp_path: Path) -> None:
    """What is changed in the sample configuration is in it, and leads to the addresses of the replicas."""
    sample = (ROOT / "graphql" / "nginx.conf").read_text()
    changes = re.findall(r"-e 's([/#])(.+?)\1(.+?)\1'", services()["nginx"]["command"][2])
    for _, before, after in changes:
        assert before in sample
        sample = sample.replace(before, after)
    asked = set(re.findall(r"^ *server ([\d.:]+) ", sample, re.MULTILINE))
    replicas = {
        f"{service['networks']['front']['ipv4_address']}:8000"
        for name, service in services().items()
        if name.startswith("api-")
    }
    assert asked == replicas
    assert "listen 8080;" in sample
    assert services()["nginx"]["ports"] == ["127.0.0.1:8080:8080"]

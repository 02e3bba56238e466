"""`docker-compose.yml` holds every part, pinned and watched, with no secret of its own."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from movieverse import env

COMPOSE = settings.BASE_DIR / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def test_every_part_is_there_and_watched(services: dict[str, Any]):
    ours = {"proxy", "web", "streams", "worker", "imports", "relay", "scheduler", "search"}
    parts = ours | {"postgresql", "mysql", "mongodb", "redis", "firebase"}
    assert services.keys() == parts | {"migrate"}
    assert all("healthcheck" in services[part] for part in parts)


def test_whoever_searches_reads_the_index_that_the_one_follower_writes(services: dict[str, Any]):
    shared = {name for name, service in services.items() if "search:/app/var/search" in service.get("volumes", ())}
    assert shared >= {"web", "search", "worker", "imports"}


def test_whoever_imports_reads_what_others_have_uploaded(services: dict[str, Any]):
    shared = {name for name, service in services.items() if "uploads:/app/var/uploads" in service.get("volumes", ())}
    assert shared >= {"web", "imports", "scheduler"}


def test_a_run_of_tmdb_goes_on_in_whatever_container(services: dict[str, Any]):
    assert "tmdb:/app/var/tmdb" in services["web"]["volumes"]


def test_images_are_pinned(services: dict[str, Any]):
    images = {service["image"] for service in services.values() if "image" in service} - {"movieverse"}
    assert all(image.partition(":")[2] not in ("", "latest") for image in images)


def test_the_application_is_given_variables_that_it_reads(services: dict[str, Any]):
    assert services["web"]["environment"].keys() <= env.DECLARED


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
def test_compose_accepts_the_file_and_asks_for_missing_secrets(tmp_path: Path):
    no_env_file = tmp_path / "env"
    no_env_file.touch()

    def config(**secrets: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | secrets
        command = ["docker-compose", "--env-file", str(no_env_file), "-f", str(COMPOSE), "config"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert config(SECRET_KEY="s", STORES_PASSWORD="p").returncode == 0
    refused = config(SECRET_KEY="s")
    assert refused.returncode != 0
    assert "put STORES_PASSWORD into .env" in refused.stderr

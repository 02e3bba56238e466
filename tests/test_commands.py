"""`manage.py` as an operator meets it: in a process of its own, with an environment of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import SystemRandom

import pytest
import requests
from django.conf import settings

from movieverse.stores import STORES

COMMAND = [sys.executable, "manage.py"]
# Empty counts as unset, and goes before a .env file.
CLEAN = dict.fromkeys((*(store.variable for store in STORES.values()), "REDIS_URL", "SECRET_KEY", "STORE_TIMEOUT"), "")
CLEAN["DJANGO_SETTINGS_MODULE"] = "movieverse.settings"


@pytest.fixture
def manage(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | CLEAN | {"VAR_DIR": str(tmp_path)} | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DATABASE_URL": "mongodb://localhost/x"}, "DATABASE_URL starts with mongodb://"),
        ({"DEBUG": "perhaps"}, "DEBUG='perhaps' is not a boolean"),
        ({"EMAIL_URL": "nowhere"}, "EMAIL_URL is not of the form smtp://"),
        ({"MEDIA_STORAGE_URL": "ftp://x"}, "MEDIA_STORAGE_URL starts with neither"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL is not a Redis URL"),
        ({"VAR_DIR": "/dev/null/x"}, "VAR_DIR='/dev/null/x' cannot be made or used"),
        ({"TRUSTED_PROXIES": "localhost"}, "TRUSTED_PROXIES='localhost' is not a list of networks"),
        ({"DATABASE_URL": "sqlite:////nowhere/x.sqlite3"}, "The default store does not answer"),
        ({"PUBLIC_URL": "foo"}, "PUBLIC_URL='foo' is not an address"),
        ({"CORS_ALLOWED_ORIGINS": "foo"}, "CORS_ALLOWED_ORIGINS='foo' is not a list of addresses"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL='loud' is not DEBUG or INFO"),
        ({"EMAIL_URL": "smtp://h:port"}, "EMAIL_URL is not of the form smtp://"),
    ],
)
def test_a_wrong_setting_ends_with_one_line(manage, environment: dict[str, str], message: str):
    result = manage("migrate_all", **environment)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith(f"movieverse: {message}")


def test_with_https_cookies_are_kept_to_it(manage):
    names = ["SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"]
    names += ["SESSION_COOKIE_PATH", "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_SAMESITE"]
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names}))"
    shown = manage("shell", "--verbosity=0", "-c", code, PUBLIC_URL="https://movies.example.org", SECRET_KEY="x" * 50)
    assert shown.stdout.split() == ["__Host-sessionid", "True", "True", "Lax", "/", "None", "True", "Lax"]


@pytest.mark.parametrize(
    ("variable", "driver", "url"),
    [
        ("DATABASE_URL", "psycopg2", "postgresql://u:secret@127.0.0.1:1/db"),
        ("REVIEWS_DATABASE_URL", "MySQLdb", "mysql://u:secret@127.0.0.1:1/db"),
        ("CATALOG_DATABASE_URL", "pymongo", "mongodb://u:secret@127.0.0.1:1/db"),
    ],
)
@pytest.mark.parametrize("command", [["migrate_all"], ["curator"]])
def test_a_server_that_is_not_there_ends_with_one_line(manage, command, variable: str, driver: str, url: str):
    pytest.importorskip(driver)
    if command == ["curator"] and variable != "DATABASE_URL":
        pytest.skip("asks the accounts only")
    result = manage(*command, **{variable: url, "STORE_TIMEOUT": "1"})
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("movieverse: The ")
    assert f"Check {variable} and that its server is running." in line
    assert "secret" not in line


def test_migrate_finds_the_store_of_an_app_and_checks_only_its_own(manage, tmp_path: Path):
    assert manage("migrate", "--check", "--database=catalog").returncode == 1
    assert manage("migrate", "--plan", "--database=catalog").stdout.startswith("catalog.0001_initial\n")
    assert "Applying catalog.0001_initial" in manage("migrate", "catalog").stdout
    assert (tmp_path / "catalog.sqlite3").stat().st_size > 4096
    assert manage("migrate", "recommendations").returncode == 0
    assert manage("migrate", "--check", "--database=catalog").returncode == 0
    manage("migrate_all")
    assert manage("migrate", "--check").returncode == 0


def test_a_command_that_is_interrupted_says_so_in_one_line(manage):
    result = manage("shell", "-c", "raise KeyboardInterrupt")
    assert (result.returncode, result.stderr) == (130, "Interrupted.\n")


def test_a_folder_may_have_any_name(manage, tmp_path: Path):
    folder = tmp_path / "a b#c%20d?e"
    assert manage("migrate_all", VAR_DIR=str(folder)).returncode == 0
    assert (folder / "catalog.sqlite3").exists()


def test_migrate_all_keeps_each_app_to_its_store_and_can_be_run_again(manage, tmp_path: Path):
    import sqlite3

    assert manage("migrate_all").returncode == 0
    assert manage("migrate_all").stdout.count("Nothing to migrate") == 4
    for alias, table, others in (
        ("catalog", "catalog_movie", 2),
        ("reviews", "reviews_rating", 1),
        ("profiles", "profiles_profile", 1),
    ):
        connection = sqlite3.connect(tmp_path / f"{alias}.sqlite3")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        apps = {app for (app,) in connection.execute("SELECT app FROM django_migrations")}
        connection.close()
        assert table in tables
        assert len(apps) == others


def test_permissions_for_every_stores_models_are_made_with_the_accounts(manage, tmp_path: Path):
    import sqlite3

    manage("migrate_all")
    connection = sqlite3.connect(tmp_path / "default.sqlite3")
    codes = {code for (code,) in connection.execute("SELECT codename FROM auth_permission")}
    connection.close()
    assert {"change_movie", "change_review", "change_profile", "change_user"} <= codes


def test_outside_manage_py_a_missing_secret_key_is_refused(tmp_path: Path):
    result = subprocess.run(
        [sys.executable, "-c", "import movieverse.wsgi"],
        cwd=settings.BASE_DIR,
        env=os.environ | CLEAN | {"VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "SECRET_KEY is not set" in result.stderr


def test_a_mail_that_was_sent_is_not_kept_in_the_queue(manage, tmp_path: Path):
    import sqlite3

    manage("migrate_all")
    fields = "subject='Reset', body='SECRET LINK', from_email='a@example.com', to=['b@example.com']"
    manage("shell", "-c", f"from movieverse.mail import send_mail; send_mail.enqueue({fields})")
    assert manage("db_worker", "--batch", "--no-startup-delay").returncode == 0
    (mail,) = (tmp_path / "mail").iterdir()
    assert "SECRET LINK" in mail.read_text()
    connection = sqlite3.connect(tmp_path / "default.sqlite3")
    assert connection.execute("SELECT COUNT(*) FROM django_tasks_database_dbtaskresult").fetchone() == (0,)
    connection.close()


def two_ports() -> int:
    """The first of two that are free, below those that clients are given: one of these had taken the second."""
    for port in SystemRandom().sample(range(30_000, 32_000, 2), 1_000):  # others look for some at the same time
        with suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("no two ports are free")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = two_ports()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=os.environ | CLEAN | {"VAR_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, port
    process.kill()
    process.wait()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serve_shows_the_demo_catalogue_and_a_sign_in_and_ends_all_of_itself(served, ending: signal.Signals):
    process, port = served
    output = ""
    while "Ctrl-C ends it all." not in output:
        line = process.stdout.readline()
        assert line, output
        output += line
    site = f"http://localhost:{port}"
    assert f"{site}/api/v1/" in output
    movies = requests.get(f"{site}/api/v1/movies/?limit=100", timeout=10).json()["results"]
    assert len(movies) >= 60
    assert requests.get(f"{site}/readyz", timeout=10).json()["status"] == "ready"
    email, password = re.search(r"Curator\s+(\S+)\s+(\S+)", output).groups()
    answer = requests.post(
        f"{site}/_allauth/app/v1/auth/login", json={"email": email, "password": password}, timeout=10
    )
    assert answer.status_code == 200
    children = _children(process.pid)
    assert len(children) == 6
    process.send_signal(ending)
    assert process.wait(20) == 0
    time.sleep(0.2)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_serve_listens_at_addresses_only(manage):
    result = manage("serve", "--host", "nowhere")
    assert result.returncode == 1
    assert "HOST='nowhere' is not an IP address" in result.stderr


def test_a_relative_folder_is_one_of_the_project(manage):
    result = manage(
        "shell", "-c", "print(__import__('django.conf').conf.settings.STORAGES['default'])", VAR_DIR="var/t"
    )
    assert f"'location': '{settings.BASE_DIR}/var/t/media'" in result.stdout
    shutil.rmtree(settings.BASE_DIR / "var" / "t")


def test_serve_says_so_when_its_port_is_taken(manage):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = manage("serve", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 1
    assert "Choose another: PORT=" in result.stderr

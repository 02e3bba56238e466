"""Without a credential, or with a wrong one, the store is away for a reason that one line gives."""

import json
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings

from movieverse.exceptions import StoreUnavailable
from tests.firebase.connecting import connection_to

pytest.importorskip("firebase_admin")
rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")

KEY = {"type": "service_account", "project_id": "p", "client_email": "a@b.c", "token_uri": "http://127.0.0.1:1/"}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("", "there is no FIREBASE_CREDENTIALS: take the key of a service account"),
        ("/no/such/file.json", "FIREBASE_CREDENTIALS names no file that can be read: No such file"),
        ("{secret", "FIREBASE_CREDENTIALS is no service account's key"),
        ('{"type": "secret"}', "FIREBASE_CREDENTIALS is no service account's key"),
        (json.dumps(KEY | {"private_key": "secret"}), "FIREBASE_CREDENTIALS is no service account's key"),
    ],
)
def test_a_missing_or_wrong_credential_is_one_clear_line_that_tells_nothing_of_it(monkeypatch, given, complaint):
    monkeypatch.delenv("FIREBASE_DATABASE_EMULATOR_HOST", raising=False)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    connection = connection_to("", credentials=given)
    with pytest.raises(StoreUnavailable, match=complaint) as raised:
        connection.ping()
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_file_that_google_names_and_an_emulator_that_cannot_be_are_one_clear_line(monkeypatch, tmp_path):
    monkeypatch.delenv("FIREBASE_DATABASE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(StoreUnavailable, match=r"none\.json was not found"):
        connection_to("").ping()
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", "http://localhost:9000")
    with pytest.raises(StoreUnavailable, match="FIREBASE_DATABASE_EMULATOR_HOST"):
        connection_to("http://localhost:9000").ping()


def test_a_token_that_does_not_come_costs_two_seconds_as_well(monkeypatch):
    monkeypatch.delenv("FIREBASE_DATABASE_EMULATOR_HOST", raising=False)
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        given = json.dumps(KEY | {"private_key": key.decode(), "token_uri": address})
        start = time.monotonic()
        connection = connection_to("", credentials=given)
        connection.probes = True
        with pytest.raises(StoreUnavailable, match="timed out"):
            connection.ping()
        assert 1.5 < time.monotonic() - start < 10


def test_a_command_without_a_credential_ends_with_that_line(tmp_path):
    environment = {
        "PATH": "/usr/bin:/bin",
        "PROFILES_DATABASE_URL": "firebase://x.firebaseio.com/movieverse",
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "x",
    }
    command = [sys.executable, "manage.py", "migrate_all", "--verbosity", "0"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "there is no FIREBASE_CREDENTIALS" in done.stderr

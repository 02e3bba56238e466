"""Cache, queue, media and mail, each from one URL."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.imports.tasks import run_import
from movieverse import backends
from movieverse.mail import send_mail
from movieverse.management.commands.serve import commands


def test_without_urls_everything_is_embedded():
    assert backends.caches("")["default"]["BACKEND"].endswith("LocMemCache")
    assert backends.tasks("")[0]["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend"
    assert backends.email("") == {"EMAIL_BACKEND": "movieverse.mail.ConsoleAndFileBackend"}


def test_redis_is_cache_and_queue_and_never_waited_for():
    pytest.importorskip("django_redis")
    options = backends.caches("redis://h:1/2")["default"]["OPTIONS"]
    assert max(options["SOCKET_CONNECT_TIMEOUT"], options["SOCKET_TIMEOUT"]) < 1
    queue = backends.tasks("redis://h:1/2")[2]["default"]
    assert queue == {"URL": "redis://h:1/2?socket_timeout=0.5&socket_connect_timeout=0.5", "DEFAULT_TIMEOUT": -1}


def test_no_mail_waits_for_an_import():
    assert send_mail.queue_name != run_import.queue_name
    assert {send_mail.queue_name, run_import.queue_name} == set(backends.QUEUES)
    workers = [command[-2:] for command in commands("127.0.0.1", 8000, 1).values() if "worker" in command]
    assert workers == [["--queue", name] for name in backends.QUEUES]
    pytest.importorskip("django_tasks_rq")
    assert backends.tasks("redis://h:1/2")[2].keys() == set(backends.QUEUES)


def test_media_are_in_a_folder_or_a_bucket():
    assert backends.media_storage("file:///srv/my%20media")["OPTIONS"] == {"location": "/srv/my media"}
    pytest.importorskip("storages")
    assert backends.media_storage("s3://bucket/some/folder") == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": "bucket", "location": "some/folder"},
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u:p%40@h", {"EMAIL_PORT": 587, "EMAIL_HOST_PASSWORD": "p@", "EMAIL_USE_TLS": False}),
        ("smtp://h:25?tls=1", {"EMAIL_PORT": 25, "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False}),
        ("smtps://h", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
    ],
)
def test_mail_goes_to_the_server_of_its_url(url: str, expected: dict[str, Any]):
    assert expected.items() <= backends.email(url).items()


@pytest.mark.parametrize("make", [backends.caches, backends.tasks])
def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, make: Any):
    monkeypatch.setattr(backends.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"REDIS_URL needs the package \w+, which is not installed"):
        make("redis://h")

"""Cache, queue, media storage and e-mail, each from one URL; without one, the embedded kind."""

import importlib.util
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

QUEUES = ["default", "imports"]  # an import may take hours, for which no mail is to wait


def _require(variable: str, module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise ImproperlyConfigured(
            f"{variable} needs the package {module}, which is not installed: pip install -r requirements.txt"
        )


def _has_usable_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def caches(redis_url: str) -> dict[str, Any]:
    if not redis_url:
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "movieverse"}}
    if not redis_url.startswith(("redis://", "rediss://", "unix://")) or not _has_usable_port(redis_url):
        raise ImproperlyConfigured("REDIS_URL is not a Redis URL: it is of the form redis://host:6379/0.")
    _require("REDIS_URL", "django_redis")
    return {
        "default": {
            "BACKEND": "movieverse.cache.fallback.FallbackCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": "movieverse",
            "OPTIONS": {
                "SOCKET_CONNECT_TIMEOUT": 0.3,
                "SOCKET_TIMEOUT": 0.3,
                "CONNECTION_POOL_KWARGS": {"max_connections": 1_000},  # as many as threads may ask at once
            },
        }
    }


def tasks(redis_url: str) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """Django-tasks' settings, the apps they need, and RQ's queues."""
    if not redis_url:
        return {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": QUEUES}}, ["django_tasks_db"], {}
    _require("REDIS_URL", "django_tasks_rq")
    # RQ's own limit would kill a long import after three minutes; a job's lease is its limit.
    queue = {"URL": _with_deadline(redis_url), "DEFAULT_TIMEOUT": -1}
    backend = {"BACKEND": "django_tasks_rq.RQBackend", "QUEUES": QUEUES}
    return {"default": backend}, ["django_rq"], dict.fromkeys(QUEUES, queue)


def _with_deadline(redis_url: str) -> str:
    """So that no request waits for the queue; a worker raises it. Django-rq hands nothing over but the URL."""
    separator = "&" if "?" in redis_url else "?"
    return f"{redis_url}{separator}socket_timeout=0.5&socket_connect_timeout=0.5"


def media_storage(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": unquote(parts.path)},
        }
    if parts.scheme == "s3":
        _require("MEDIA_STORAGE_URL", "storages")
        options = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    raise ImproperlyConfigured("MEDIA_STORAGE_URL starts with neither file:///folder nor s3://bucket/folder.")


def email(url: str) -> dict[str, Any]:
    if not url:
        return {"EMAIL_BACKEND": "movieverse.mail.ConsoleAndFileBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not _has_usable_port(url):
        raise ImproperlyConfigured("EMAIL_URL is not of the form smtp://user:password@host:port?tls=1.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and "tls" in parse_qs(parts.query),
        "EMAIL_TIMEOUT": 10,
    }

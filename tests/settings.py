"""The project's settings for tests. The engines are those of the environment: SQLite without one."""

import multiprocessing
import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only for tests")
os.environ.setdefault("STORE_TIMEOUT", "20")  # creating test databases takes longer than a request may
if not multiprocessing.parent_process():  # processes that a test starts share its folder
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="movieverse-tests-")

from movieverse.backends import QUEUES
from movieverse.settings import *  # noqa: F403
from movieverse.stores import ENGINES

ENGINES["firebase"].settings("firebase://h/db", 2)  # declares the variables of its own, whatever the profiles are on

RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 1_000_000)  # noqa: F405  a minute of tests is busier than anybody's
ACTION_LIMITS = {kind: (1_000_000, seconds) for kind, (_, seconds) in ACTION_LIMITS.items()}  # noqa: F405
CACHE_SOURCE = "DATABASE"  # most tests never commit, so that nothing would tell a cache of what they change
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": QUEUES}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
for _store in DATABASES.values():  # noqa: F405
    if _store["ENGINE"] == "movieverse.engines.sqlite":
        _store["TEST"]["NAME"] = ":memory:"  # said, so that no test runner makes up a name
        # Threads share what is in memory, and there a reader would lock its table for writers.
        _store["OPTIONS"]["init_command"] += " PRAGMA read_uncommitted=1;"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405

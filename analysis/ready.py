"""Sets Django up where nobody has: in a notebook, or a script. Errors are one line that says what to do."""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from dotenv import load_dotenv

if find_spec("pandas") is None:
    raise ImportError("This needs pandas: pip install -r requirements-analysis.txt")

if not apps.ready:
    load_dotenv(Path(__file__).resolve().parent.parent / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "movieverse.settings")
    os.environ.setdefault("STORE_TIMEOUT", "60")  # as long as a command may wait
    # A notebook has an event loop, in which Django refuses to wait; here nobody else is kept waiting.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = secrets.token_urlsafe()  # nothing is signed here
    django.setup()

    from movieverse.migrated import require_migrated
    from movieverse.stores import STORES

    require_migrated(STORES)

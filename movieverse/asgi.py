"""Event streams, which must not hold a thread each."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "movieverse.settings")
application = get_asgi_application()

"""Ordinary requests and uploads."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "movieverse.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # with all views: nobody waits for them
gc.freeze()  # all this stays: to look through it for garbage, again and again, holds an answer up for 0.2 s

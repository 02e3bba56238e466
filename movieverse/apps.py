from django.apps import AppConfig
from django.conf import settings
from django.core.signals import request_started
from django.db import reset_queries
from django.utils.module_loading import autodiscover_modules


class MovieVerseConfig(AppConfig):
    name = "movieverse"

    def ready(self) -> None:
        from movieverse import checks  # noqa: F401

        if not settings.DEBUG:  # else no queries are kept, which each request would forget again for every store
            request_started.disconnect(reset_queries)
        autodiscover_modules("events", "jobs", "personal")

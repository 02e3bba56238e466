from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MovieVerseConfig(AppConfig):
    name = "movieverse"

    def ready(self) -> None:
        from movieverse import checks  # noqa: F401

        autodiscover_modules("events", "jobs")

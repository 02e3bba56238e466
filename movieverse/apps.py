from django.apps import AppConfig


class MovieVerseConfig(AppConfig):
    name = "movieverse"

    def ready(self) -> None:
        from movieverse import checks  # noqa: F401

"""Which outboxes there are."""

from django.apps import apps

from movieverse.outbox.models import Event
from movieverse.stores import APPS


def outboxes() -> dict[str, type[Event]]:
    """{alias: the model of its events}."""
    return {APPS[model._meta.app_label]: model for model in apps.get_models() if issubclass(model, Event)}


def logged_kinds() -> list[str]:
    """What the change log tells of."""
    return sorted(kind for model in outboxes().values() if model.IS_LOGGED for kind in model.KINDS)

"""`/metrics`: what Prometheus is told of the outboxes and the change log, as they are at this moment."""

import logging
from collections.abc import Iterator
from functools import partial

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from movieverse.health import asked_at_once
from movieverse.outbox.changes import change_log
from movieverse.outbox.stores import outboxes

METRICS = {
    "outbox_depth": "Events that the other stores have yet to learn of.",
    "outbox_lag_seconds": "Age of the oldest of them; 0 if there is none.",
    "outbox_failing": "Those among them that have failed, and are tried again.",
    "outbox_dead_letters": "Events that have failed too often: nobody tries again by themselves.",
    "change_log_position": "The last position that was given.",
}

logger = logging.getLogger(__name__)


def metrics(request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Stores())
    response = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response


class _Stores:
    """What a store that is away would say is left out, but that it is."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        numbers = asked_at_once({alias: partial(_numbers_within_reach, alias) for alias in outboxes()})
        up = GaugeMetricFamily("movieverse_store_up", "1 if the store answers, else 0.", labels=["store"])
        for alias, found in numbers.items():
            up.add_metric([alias], found is not None)
        yield up
        for name, text in METRICS.items():
            labels = [] if name == "change_log_position" else ["store"]
            gauge = GaugeMetricFamily(f"movieverse_{name}", text, labels=labels)
            for alias, found in numbers.items():
                if found and name in found:
                    gauge.add_metric([alias] if labels else [], found[name])
            yield gauge


def _numbers_within_reach(alias: str) -> dict[str, float] | None:
    try:
        return _numbers(alias)
    except Error as error:
        logger.warning("%s", error)
        return None


def _numbers(alias: str) -> dict[str, float]:
    model = outboxes()[alias]
    dead = model.objects.filter(dead_at__isnull=False).count()
    oldest = model.pending.order_by("pk").values_list("created_at", flat=True).first()
    lag = max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
    log = {"change_log_position": change_log().position} if alias == "default" else {}
    return {
        "outbox_depth": max(0, model.objects.count() - dead),
        "outbox_failing": max(0, model.objects.filter(attempts__gt=0).count() - dead),
        "outbox_dead_letters": dead,
        "outbox_lag_seconds": lag,
        **log,
    }

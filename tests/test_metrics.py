"""What Prometheus is told, and who else is not."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from apps.catalog.models import Event as CatalogEvent
from movieverse import metrics
from movieverse.exceptions import StoreUnavailable
from movieverse.outbox.relay import relay
from tests.outbox.conftest import happen

ALIASES = {"default", "reviews", "catalog", "profiles"}

pytestmark = pytest.mark.usefixtures("committed")


def scraped(client: Client) -> dict[str, dict[str, float]]:
    """{metric: {store: value}}"""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert answer["Cache-Control"] == "no-store"
    return {
        family.name.removeprefix("movieverse_"): {
            sample.labels.get("store", ""): sample.value for sample in family.samples
        }
        for family in text_string_to_metric_families(answer.content.decode())
    }


def test_with_nothing_to_tell_all_are_0(client: Client):
    found = scraped(client)
    assert found["store_up"] == dict.fromkeys(ALIASES, 1)
    for name in ("outbox_depth", "outbox_lag_seconds", "outbox_failing", "outbox_dead_letters"):
        assert found[name] == dict.fromkeys(ALIASES, 0)
    assert found["change_log_position"] == {"": 0}


def test_it_tells_how_many_wait_since_when_and_how_many_cannot(client: Client, settings: Any):
    settings.RELAY_INLINE = False
    now = timezone.now()
    happen(1)
    relay("reviews")
    happen(1, 2, 3)
    CatalogEvent.objects.create(kind="movie", object_id=1, created_at=now - timedelta(minutes=5))
    CatalogEvent.objects.create(kind="movie", object_id=2, attempts=3)
    CatalogEvent.objects.create(
        kind="movie", object_id=2, attempts=10, dead_at=now, created_at=now - timedelta(hours=1)
    )
    found = scraped(client)
    assert (found["outbox_depth"]["reviews"], found["outbox_depth"]["catalog"]) == (3, 2)
    assert 300 <= found["outbox_lag_seconds"]["catalog"] < 330
    assert 0 <= found["outbox_lag_seconds"]["reviews"] < 30
    assert (found["outbox_failing"]["catalog"], found["outbox_dead_letters"]["catalog"]) == (1, 1)
    assert found["change_log_position"] == {"": 1}


def test_a_store_that_is_away_is_said_to_be_and_hides_nothing_else(client: Client, monkeypatch: Any):
    def away(alias: str) -> dict[str, float]:
        if alias == "default":
            raise StoreUnavailable(alias, "DATABASE_URL", "refused")
        return numbers(alias)

    numbers = metrics._numbers
    monkeypatch.setattr(metrics, "_numbers", away)
    found = scraped(client)
    assert found["store_up"] == dict.fromkeys(ALIASES, 1) | {"default": 0}
    assert found["outbox_depth"] == dict.fromkeys(ALIASES - {"default"}, 0)
    assert found["change_log_position"] == {}


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("10.0.0.9", 404), ("", 404)]
)
def test_it_is_for_this_machine_alone_unless_told(client: Client, address: str, status: int):
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == status


def test_a_network_may_be_named_and_a_trusted_proxy_is_not_who_asks(client: Client, settings: Any):
    settings.METRICS_FROM = settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="8.8.8.8").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404


def test_who_scrapes_needs_no_host_name_and_no_https(client: Client, settings: Any):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/metrics", headers={"Host": "10.0.0.5:8000"}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client: Client, method: str):
    assert getattr(client, method)("/metrics").status_code in (403, 404)

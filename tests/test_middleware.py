import json
import logging
from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from movieverse import middleware
from movieverse.context import RequestIdFilter


def test_every_answer_carries_a_request_id(client: Client):
    first, second = (client.get("/livez").headers["X-Request-ID"] for _ in range(2))
    assert len(first) == 32
    assert first != second


def test_a_harmless_request_id_of_the_caller_is_kept(client: Client):
    assert client.get("/livez", headers={"X-Request-ID": "trace-12345"}).headers["X-Request-ID"] == "trace-12345"


@pytest.mark.parametrize("given", ["short", "x" * 65, "evil\tvalue1", "<script>alert</script>"])
def test_any_other_is_replaced(client: Client, given: str):
    assert client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_each_request_is_a_line_in_the_log_without_its_query(client: Client, caplog: Any):
    with caplog.at_level(logging.INFO, logger="movieverse.requests"):
        client.get("/livez?token=secret")
    (record,) = (record for record in caplog.records if record.name == "movieverse.requests")
    assert record.getMessage() == "GET /livez 200"
    assert record.seconds >= 0


def test_log_lines_are_json_with_the_request_id(settings: Any):
    from pythonjsonlogger.json import JsonFormatter

    config = dict(settings.LOGGING["formatters"]["json"])
    config.pop("()")
    formatter = JsonFormatter(config.pop("format"), **config)
    record = logging.LogRecord("apps", logging.INFO, "f.py", 1, "seeded %s", ("demo",), None)
    RequestIdFilter().filter(record)
    line = json.loads(formatter.format(record))
    assert {"time", "level", "logger", "message", "request_id"} <= line.keys()
    assert line["message"] == "seeded demo"


@pytest.fixture
def seen_behind(settings: Any):
    """What a view sees of a request that came through the trusted-proxy middleware."""

    def ask(trusted: list[str], **headers: str) -> tuple[str, str]:
        settings.TRUSTED_PROXIES = [ip_network(network) for network in trusted]
        seen: list[HttpRequest] = []
        handler = middleware.trusted_proxy(lambda request: seen.append(request) or HttpResponse())
        handler(RequestFactory().get("/", **headers))
        return seen[0].META["REMOTE_ADDR"], seen[0].scheme

    return ask


FORWARDED = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 8.8.8.8, 10.0.0.2", "HTTP_X_FORWARDED_PROTO": "https"}


def test_forwarded_headers_of_strangers_are_ignored(seen_behind):
    assert seen_behind([], REMOTE_ADDR="10.0.0.1", **FORWARDED) == ("10.0.0.1", "http")


def test_behind_trusted_proxies_the_nearest_stranger_is_the_client(seen_behind):
    assert seen_behind(["10.0.0.0/8"], REMOTE_ADDR="10.0.0.1", **FORWARDED) == ("8.8.8.8", "https")
    assert seen_behind(["10.0.0.0/8"], REMOTE_ADDR="::ffff:10.0.0.1", **FORWARDED) == ("8.8.8.8", "https")


def test_a_proxy_that_forwards_nonsense_changes_nothing(seen_behind):
    headers = {"HTTP_X_FORWARDED_FOR": "", "HTTP_X_FORWARDED_PROTO": "gopher"}
    assert seen_behind(["10.0.0.0/8"], REMOTE_ADDR="10.0.0.1", **headers) == ("10.0.0.1", "http")


def test_the_site_has_a_strict_content_security_policy_and_security_headers(client: Client):
    headers = client.get("/api/v1/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/me/profile/", "application/problem+json"), ("/accounts/login/", "text/plain")]
)
def test_a_body_that_does_not_say_how_long_it_is_is_411_and_not_an_empty_one(client: Client, method, path, kind):
    answer = client.generic(method, path, headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, answer["Content-Type"]) == (411, kind)
    assert "Content-Length" in answer.content.decode()


def test_a_read_needs_no_length_nor_does_a_write_without_a_body(client: Client):
    assert client.get("/api/v1/", headers={"Transfer-Encoding": "chunked"}).status_code == 200
    assert client.generic("DELETE", "/api/v1/").status_code == 405


def test_a_page_elsewhere_may_say_what_it_has_seen_of_a_stream(client: Client, settings: Any):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org"]
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "last-event-id"}
    answer = client.options("/api/v1/me/profile/events/", headers={"Origin": "https://app.example.org"} | asked)
    assert "last-event-id" in answer["Access-Control-Allow-Headers"].split(", ")


def test_only_listed_origins_may_use_the_api_from_a_browser(client: Client, settings: Any):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org"]

    def allowed(origin: str, path: str) -> bool:
        return "Access-Control-Allow-Origin" in client.get(path, headers={"Origin": origin}).headers

    assert allowed("https://app.example.org", "/api/v1/")
    assert not allowed("https://evil.example.org", "/api/v1/")
    assert not allowed("https://app.example.org", "/livez")

"""All that the servers hold of an installation, through their own drivers, as text to search in."""

import json
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

from tests.faults import holdings


def everything(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(what of, text) of each table, collection, tree and key."""
    yield from _tables(holdings.postgresql(environment), "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    yield from _tables(holdings.mysql(environment), "SHOW TABLES")
    yield from _mongodb(environment)
    yield "firebase", json.dumps(holdings.profiles(environment), ensure_ascii=False)
    yield from _redis(environment)


def _tables(connection: Any, named: str) -> Iterator[tuple[str, str]]:
    with closing(connection):
        for (table,) in holdings.rows(connection, named):
            for row in holdings.rows(connection, f"SELECT * FROM {table}"):
                yield table, " ".join(map(_text, row))


def _text(value: Any) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)


def _mongodb(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    from pymongo import MongoClient

    with MongoClient(environment["CATALOG_DATABASE_URL"]) as client:
        database = client.get_default_database()
        for name in database.list_collection_names():
            for document in database[name].find():
                yield name, str(document)


def _redis(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    from redis import Redis

    with Redis.from_url(environment["REDIS_URL"]) as client:
        for key in client.scan_iter():
            yield _text(key), _text(key)
            for value in _values(client, key):
                yield _text(key), _opened(value)


def _values(client: Any, key: bytes) -> Iterator[bytes]:
    kind = client.type(key)
    if kind == b"string":
        yield client.get(key) or b""
    elif kind == b"hash":
        yield from client.hgetall(key).values()
    elif kind == b"list":
        yield from client.lrange(key, 0, -1)
    elif kind in (b"set", b"zset"):
        yield from client.smembers(key) if kind == b"set" else client.zrange(key, 0, -1)
    elif kind == b"stream":
        yield from (value for _, entry in client.xrange(key) for value in entry.values())


def _opened(value: bytes) -> str:
    """Answers lie compressed behind a line of their own, and jobs as a whole."""
    texts = [_text(value)]
    for packed, how in ((value.partition(b"\n")[2], 31), (value, 15)):
        with suppress(zlib.error):
            texts.append(_text(zlib.decompress(packed, how)))
    with suppress(ValueError):
        texts.append(_text(b64decode(value, validate=True)))
    return " ".join(texts)

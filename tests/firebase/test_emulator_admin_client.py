"""Google's own client works against the emulator as it is."""

import queue
import threading
from collections.abc import Iterator

import pytest

firebase_admin = pytest.importorskip("firebase_admin")

from firebase_admin import db, exceptions  # noqa: E402


@pytest.fixture
def app(store) -> Iterator[object]:
    url = f"{store.emulator.url}/?ns={store.name}"
    app = firebase_admin.initialize_app(options={"databaseURL": url}, name=store.name)
    yield app
    firebase_admin.delete_app(app)


@pytest.fixture
def root(app):
    return db.reference("/", app)


def test_values_are_set_read_and_deleted(root):
    ada = root.child("users/ada")
    ada.set({"name": "Ada", "langs": ["en", "fr"], "born": 1815})
    assert ada.get() == {"name": "Ada", "langs": ["en", "fr"], "born": 1815}
    assert root.get(shallow=True) == {"users": True}
    ada.child("langs").delete()
    assert root.get() == {"users": {"ada": {"name": "Ada", "born": 1815}}}


def test_the_environment_variable_leads_to_it(store, monkeypatch):
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", store.emulator.address)
    options = {"databaseURL": f"https://{store.name}.firebaseio.com"}
    app = firebase_admin.initialize_app(options=options, name="by-environment")
    try:
        db.reference("/a", app).set(1)
    finally:
        firebase_admin.delete_app(app)
    assert store.get("/a.json") == 1


def test_children_are_pushed_and_updated(root):
    first, second = root.child("list").push({"n": 1}), root.child("list").push({"n": 2})
    assert first.key < second.key
    root.update({f"list/{first.key}/n": 10, "count": {".sv": {"increment": 2}}, f"list/{second.key}": None})
    assert root.get() == {"list": {first.key: {"n": 10}}, "count": 2}


def test_queries_return_what_is_asked_for_in_order(root):
    heights = {"lambeosaurus": 2.1, "stegosaurus": 4, "bruhathkayosaurus": 25, "linhenykus": 0.6, "triceratops": 3}
    root.child("dinos").set({name: {"height": height} for name, height in heights.items()})
    root.child("scores").set({"a": 5, "b": "x", "c": True})
    dinos = root.child("dinos")
    assert list(dinos.order_by_child("height").start_at(3).get()) == ["triceratops", "stegosaurus", "bruhathkayosaurus"]
    assert list(dinos.order_by_child("height").limit_to_last(1).get()) == ["bruhathkayosaurus"]
    assert list(dinos.order_by_key().start_at("l").end_at("m").get()) == ["lambeosaurus", "linhenykus"]
    assert list(dinos.order_by_child("height").equal_to(4).get()) == ["stegosaurus"]
    assert list(root.child("scores").order_by_value().get()) == ["c", "a", "b"]
    assert not dinos.order_by_child("height").equal_to("none").get()


def test_conditional_reads_and_writes(root):
    place = root.child("a")
    _, nothing = place.get(etag=True)
    assert nothing == "null_etag"
    is_written, value, tag = place.set_if_unchanged(nothing, {"n": 1})
    assert (is_written, value) == (True, {"n": 1})
    assert place.get_if_changed(tag) == (False, None, None)
    assert place.set_if_unchanged(nothing, {"n": 2}) == (False, {"n": 1}, tag)
    place.set({"n": 3})
    changed, value, newer = place.get_if_changed(tag)
    assert (changed, value) == (True, {"n": 3})
    assert place.get(etag=True) == ({"n": 3}, newer)


def test_transactions_of_many_threads_lose_nothing(app):
    def count() -> None:
        done = 0
        while done < 10:
            try:
                db.reference("/count", app).transaction(lambda current: (current or 0) + 1)
                done += 1
            except db.TransactionAbortedError:
                pass

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.reference("/count", app).get() == 80


def test_refusals_reach_the_caller_as_the_clients_own_errors(root):
    with pytest.raises(exceptions.InvalidArgumentError, match="Invalid key"):
        root.set({"a.b": 1})


def test_listeners_hear_of_changes(root, store):
    root.child("a").set({"b": "é"})
    heard: queue.Queue = queue.Queue()
    listener = root.child("a").listen(lambda event: heard.put((event.event_type, event.path, event.data)))
    try:
        assert heard.get(timeout=5) == ("put", "/", {"b": "é"})
        root.child("a/c").set({"d": 1})
        assert heard.get(timeout=5) == ("put", "/c", {"d": 1})
        root.child("a").update({"b": None, "e/f": 2})
        assert heard.get(timeout=5) == ("patch", "/", {"b": None, "e/f": 2})
        root.delete()
        assert heard.get(timeout=5) == ("put", "/", None)
    finally:
        closing = threading.Thread(target=listener.close)
        closing.start()
        store.put("/a.json", "wakes the listener up")
        closing.join(10)
    assert not closing.is_alive()

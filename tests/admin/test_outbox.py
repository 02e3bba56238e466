"""Curators see what could not be delivered, try it again, or discard it."""

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from apps.catalog.models import Event as CatalogEvent
from apps.catalog.models import Movie
from apps.reviews.models import Event
from movieverse.outbox.stores import outboxes
from tests.admin.rows import make_event, page
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

every_outbox = pytest.mark.parametrize("model", outboxes().values(), ids=outboxes())


def make_dead(model, **fields):
    return make_event(model, **{"attempts": 10, "dead_at": timezone.now(), "error": "ValueError: <no>"} | fields)


def act(desk, action, *events, **more):
    chosen = {"action": action, "_selected_action": [event.pk for event in events], **more}
    return desk.post(page(type(events[0]), "changelist"), chosen, follow=True)


def listed(desk, query=""):
    answer = desk.get(page(Event, "changelist") + query)
    assert answer.status_code == 200
    return [event.object_id for event in answer.context["cl"].result_list]


@every_outbox
def test_a_dead_letter_is_tried_again_by_a_click_and_keeps_its_reason(desk, curator, model):
    event, other = make_dead(model), make_dead(model, object_id=8)
    assert "1 event is tried again" in act(desk, "retry", event, index=0).content.decode()
    event.refresh_from_db()
    assert (event.attempts, event.dead_at, event.due_at, event.error) == (0, None, None, "ValueError: <no>")
    other.refresh_from_db()
    assert other.dead_at
    entry = LogEntry.objects.get(action_flag=CHANGE)
    assert (entry.object_id, entry.user_id, entry.change_message) == (str(event.pk), curator.pk, "To be tried again.")


@every_outbox
def test_what_is_discarded_is_gone_and_stands_in_the_history(desk, model):
    one, two, kept = (make_dead(model, object_id=number) for number in (1, 2, 3))
    desk.post(page(model, "delete", one.pk), {"post": "yes"})
    act(desk, "delete_selected", two, post="yes")
    assert list(model.objects.all()) == [kept]
    gone = LogEntry.objects.filter(action_flag=DELETION).values_list("object_id", flat=True)
    assert set(gone) == {str(one.pk), str(two.pk)}


def test_several_are_retried_at_once(desk):
    events = [make_dead(Event, object_id=number) for number in (1, 2)]
    assert "2 events are tried again" in act(desk, "retry", *events, index=0).content.decode()
    assert not Event.objects.filter(attempts__gt=0).exists()


def test_the_list_is_narrowed_by_state(desk):
    make_event(Event, object_id=1)
    make_event(Event, object_id=2, attempts=3)
    make_dead(Event, object_id=3)
    assert listed(desk) == [1, 2, 3]
    assert [listed(desk, f"?state={state}") for state in ("waiting", "failing", "dead")] == [[1], [2], [3]]
    assert listed(desk, "?state=nonsense") == [1, 2, 3]


def test_its_page_links_the_row_and_offers_what_can_be_done(desk):
    movie = make_movie("Heat")
    CatalogEvent.objects.all().delete()
    event = make_dead(CatalogEvent, object_id=movie.pk)
    content = desk.get(page(CatalogEvent, "change", event.pk)).content.decode()
    assert page(Movie, "change", movie.pk) in content
    assert "ValueError: &lt;no&gt;" in content
    assert 'value="retry"' in content
    assert page(CatalogEvent, "delete", event.pk) in content
    deleted = make_dead(CatalogEvent, object_id=movie.pk, action="deleted")
    assert page(Movie, "change", movie.pk) not in desk.get(page(CatalogEvent, "change", deleted.pk)).content.decode()


def test_what_an_older_version_called_its_kind_is_shown_all_the_same(desk):
    event = make_dead(Event, kind="poem")
    assert "poem 7" in desk.get(page(Event, "change", event.pk)).content.decode()


def test_nothing_about_an_event_is_edited(desk):
    event = make_dead(Event)
    assert desk.post(page(Event, "change", event.pk), {"object_id": 9}).status_code == 403


def test_who_may_only_look_neither_retries_nor_discards(client):
    helper = make_user("helper", is_staff=True)
    view = Permission.objects.get(codename="view_event", content_type__app_label="reviews")
    helper.user_permissions.add(view)
    client.force_login(helper)
    event = make_dead(Event)
    content = client.get(page(Event, "change", event.pk)).content.decode()
    assert "Retry" not in content
    assert "Discard" not in content
    act(client, "retry", event, index=0)
    act(client, "delete_selected", event, post="yes")
    assert Event.objects.get().dead_at

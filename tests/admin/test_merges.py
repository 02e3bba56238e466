"""Curators merge two titles or people, see first what that would do, and undo it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.catalog.models import Movie, Person
from apps.curation.models import Merge
from movieverse.outbox.relay import relay_all
from tests.admin.rows import page
from tests.curation.merges import merged, undone
from tests.factories import make_movie, make_person, make_user

ADD = "/admin/curation/merge/add/"


@pytest.fixture
def movies(stores: None) -> tuple[Movie, Movie]:
    return make_movie("Heat (1995)", tagline="A Los Angeles crime saga"), make_movie("Heat")


def asked(merged_row: Any, into: Any) -> dict[str, Any]:
    return {"kind": merged_row.COUNTER, "from_id": merged_row.pk, "into_id": into.pk}


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("make", [make_movie, make_person])
def test_a_rows_page_leads_to_where_it_is_merged(desk: Client, make: Any):
    row = make("Heat")
    url = f"{page(type(row), 'change', row.pk).removesuffix('change/')}merge-into/"
    assert url in text_of(desk.get(page(type(row), "change", row.pk)))
    answer = desk.get(url, follow=True)
    assert answer.redirect_chain[-1][0] == f"{ADD}?kind={row.COUNTER}&from_id={row.pk}"
    assert f'<option value="{row.pk}" selected>' in text_of(answer)


def test_what_it_would_do_is_shown_before_it_is_done(desk: Client, movies):
    text = text_of(desk.get(ADD, asked(*movies)))
    assert f"Heat (1995) (1995) ({movies[0].pk}) becomes Heat (1995) ({movies[1].pk})" in text
    assert "would take over what it lacks: tagline." in text
    assert not Merge.objects.exists()


def test_merging_leads_to_the_merge_which_can_be_undone(desk: Client, curator: User, movies):
    answer = desk.post(ADD, asked(*movies))
    merge = Merge.objects.get()
    assert (answer.url, merge.by) == (page(Merge, "change", merge.pk), curator)
    assert "It is on its way" in text_of(desk.get(answer.url))
    relay_all()
    text = text_of(desk.get(answer.url))
    assert f"{answer.url.removesuffix('change/')}undo/" in text
    assert "<td>movie</td>" in text
    desk.post(f"{answer.url.removesuffix('change/')}undo/")
    relay_all()
    merge.refresh_from_db()
    assert (merge.state, merge.undone_by) == ("undone", curator)
    assert "undo/" not in text_of(desk.get(answer.url))


def test_what_cannot_be_merged_or_undone_is_told_on_the_page(desk: Client, movies):
    assert "is the same one." in text_of(desk.post(ADD, asked(movies[0], movies[0])))
    assert "This field is required." in text_of(desk.get(ADD, {"kind": "movie", "from_id": 1, "into_id": ""}))
    merge = merged(*movies)
    assert f"was merged into {movies[1].pk} already." in text_of(desk.get(ADD, asked(*movies)))
    undone(merge)
    answer = desk.post(f"/admin/curation/merge/{merge.pk}/undo/", follow=True)
    assert "only one that is merged can be undone" in text_of(answer)
    assert desk.get(f"/admin/curation/merge/{merge.pk}/undo/").status_code == 405


@pytest.mark.parametrize("make", [make_movie, make_person])
def test_the_page_of_what_was_merged_is_that_of_the_survivor(desk: Client, make: Any):
    rows = make("A"), make("B")
    merged(*rows)
    answer = desk.get(page(type(rows[0]), "change", rows[0].pk), follow=True)
    assert answer.redirect_chain[-1][0] == page(type(rows[1]), "change", rows[1].pk)
    assert "was merged into this one." in text_of(answer)


def test_it_takes_the_permission(client: Client, movies):
    clerk = make_user("clerk", is_staff=True)
    for codename in ("view_merge", "view_movie"):
        clerk.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(clerk)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, asked(*movies)).status_code == 403
    assert "merge-into" not in text_of(client.get(page(Movie, "change", movies[0].pk)))
    merge = merged(*movies)
    assert client.post(f"/admin/curation/merge/{merge.pk}/undo/").status_code == 403
    assert "undo/" not in text_of(client.get(page(Merge, "change", merge.pk)))


def test_people_are_merged_by_the_same_page(desk: Client):
    people = make_person("A. Pacino"), make_person("Al Pacino")
    assert "Merge two people" in text_of(desk.get(ADD, {"kind": "person"}))
    desk.post(ADD, asked(*people))
    relay_all()
    assert list(Person.objects.values_list("pk", flat=True)) == [people[1].pk]

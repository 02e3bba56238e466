"""Collections, curated lists, companies and people: what hangs on them is changed on their pages."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission

from apps.catalog import services as catalog
from apps.catalog.models import Collection, Company, CuratedList, Movie, Person
from apps.catalog.services.lists import Entry, entries_of
from tests.admin.browser import errors_of, opened, row_errors, with_row
from tests.admin.rows import make_collection, make_company, make_list, page
from tests.factories import make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")


def test_a_collections_titles_in_order_of_release(desk):
    collection = make_collection()
    second = make_movie("Part II", release_date=date(1974, 12, 20), collection_id=collection.pk)
    first = make_movie("Part I", release_date=date(1972, 3, 24), collection_id=collection.pk)
    url = page(Collection, "change", collection.pk)
    sent = opened(desk, url)
    assert [sent[f"titles-{number}-movie_id"] for number in (0, 1)] == [[str(first.pk)], [str(second.pk)]]
    third = make_movie("Part III", release_date=date(1990, 12, 25))
    assert desk.post(url, with_row(sent | {"titles-0-DELETE": "on"}, "titles", movie_id=third.pk)).status_code == 302
    parts = Movie.objects.filter(collection_id=collection.pk).values_list("pk", flat=True)
    assert set(parts) == {second.pk, third.pk}
    assert Movie.objects.get(pk=third.pk).is_locked("collection_id")


def test_a_collection_has_a_title_once_and_only_known_ones(desk):
    movie = make_movie("Part I")
    sent = with_row(opened(desk, page(Collection, "add")) | {"name": "Parts"}, "titles", movie_id=movie.pk)
    answer = desk.post(
        page(Collection, "add"), with_row(with_row(sent, "titles", movie_id=movie.pk), "titles", movie_id=99)
    )
    assert row_errors(answer, "titles") == [
        {}, {"movie_id": ["This is in the list already."]}, {"movie_id": ["There is no movie 99."]}
    ]  # fmt: skip
    assert desk.post(page(Collection, "add"), sent).status_code == 302
    assert Movie.objects.get().collection_id == Collection.objects.get().pk


def test_a_collections_titles_need_the_permission_to_change_titles(client):
    helper = make_user("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_collection", "change_collection"]))
    client.force_login(helper)
    collection = make_collection()
    movie = make_movie("Part I", collection_id=collection.pk)
    url = page(Collection, "change", collection.pk)
    sent = opened(client, url)
    assert "titles-TOTAL_FORMS" not in sent
    assert "Part I (1995)" in client.get(url).content.decode()
    forged = {
        "titles-TOTAL_FORMS": "1",
        "titles-INITIAL_FORMS": "1",
        "titles-0-movie_id": movie.pk,
        "titles-0-DELETE": "on",
    }
    client.post(url, sent | forged)
    assert Movie.objects.get().collection_id == collection.pk


def test_a_lists_entries_are_added_moved_and_removed(desk, curator):
    movies = [make_movie(title) for title in ("Heat", "Ronin", "Thief")]
    curated_list = make_list()
    catalog.list_entries_set(curated_list=curated_list, entries=[Entry(movies[0].pk, 1), Entry(movies[1].pk, 2)])
    url = page(CuratedList, "change", curated_list.pk)
    sent = with_row(opened(desk, url) | {"entries-0-ORDER": "3"}, "entries", movie_id=movies[2].pk, ORDER="1")
    assert desk.post(url, sent).status_code == 302
    wanted = [movies[2], movies[1], movies[0]]
    assert entries_of(curated_list) == [Entry(movie.pk, place) for place, movie in enumerate(wanted, 1)]
    stored = CuratedList.objects.get()
    assert stored.origins["entries"]["by"] == curator.pk
    desk.post(url, opened(desk, url) | {"entries-0-DELETE": "on"})
    assert entries_of(curated_list) == [Entry(movies[1].pk, 1), Entry(movies[0].pk, 2)]


def test_ranks_and_years_that_are_given_stay(desk):
    movies = [make_movie(title) for title in ("Heat", "Ronin")]
    sent = opened(desk, page(CuratedList, "add")) | {"name": "Best of each year", "slug": "each-year"}
    for movie in movies:
        sent = with_row(sent, "entries", movie_id=movie.pk, rank="1", year="1995")
    assert desk.post(page(CuratedList, "add"), sent).status_code == 302
    curated_list = CuratedList.objects.get()
    assert entries_of(curated_list) == [Entry(movie.pk, 1, 1995) for movie in movies]
    url = page(CuratedList, "change", curated_list.pk)
    desk.post(url, opened(desk, url) | {"entries-0-ORDER": "2", "entries-1-ORDER": "1"})
    assert entries_of(curated_list) == [Entry(movie.pk, 1, 1995) for movie in reversed(movies)]


def test_a_lists_slug_is_its_own(desk):
    make_list()
    answer = desk.post(
        page(CuratedList, "add"), opened(desk, page(CuratedList, "add")) | {"name": "x", "slug": "best-of-all"}
    )
    assert "slug" in errors_of(answer)


@pytest.mark.parametrize(("model", "make"), [(Collection, make_collection), (Company, make_company)])
def test_what_titles_have_is_protected_by_them(desk, model, make):
    row = make()
    make_movie("Heat", **({"collection_id": row.pk} if model is Collection else {"company_ids": [row.pk]}))
    answer = desk.post(page(model, "delete", row.pk), {"post": "yes"})
    assert b"Heat (1995)" in answer.content
    assert model.objects.exists()


def test_a_company_shows_its_titles(desk):
    company = make_company()
    make_movie("Heat", company_ids=[company.pk])
    content = desk.get(page(Company, "change", company.pk)).content.decode()
    assert "Heat (1995)" in content
    assert f"?company={company.pk}" in content


def test_a_person_is_told_of_at_length(desk):
    person = make_person("Al Pacino")
    make_movie("Heat", cast=[{"person_id": person.pk, "character": "Hanna"}])
    url = page(Person, "change", person.pk)
    sent = opened(desk, url) | {
        "biography": "Born\r\nin New York.",
        "birth_date": "1940-04-25",
        "also_known_as": "Sonny",
    }
    sent = with_row(sent, "images", type="profile", source="tmdb", path="/al.jpg", ORDER="1")
    assert desk.post(url, with_row(sent, "external_ids", source="imdb", value="nm0000199")).status_code == 302
    person.refresh_from_db()
    assert (person.biography, person.birth_date.year, person.also_known_as) == ("Born\nin New York.", 1940, ["Sonny"])
    assert person.images[0]["width"] is None
    content = desk.get(url).content.decode()
    for text in ("Hanna", "nm0000199", "https://image.tmdb.org/t/p/w185/al.jpg", f"?person={person.pk}"):
        assert text in content, text


def test_what_a_page_shows_of_a_person_is_read_once(desk, queries_by_store):
    person = make_person("Al Pacino")
    make_movie("Heat", cast=[{"person_id": person.pk, "character": "Hanna"}])
    counted = queries_by_store(lambda: desk.get(page(Person, "change", person.pk)))
    assert counted["catalog"] == 4  # the person, the ids elsewhere, titles by cast and by crew


def test_who_deletes_a_person_is_told_of_the_credits(desk):
    person = make_person("Al Pacino")
    make_movie("Heat", cast=[{"person_id": person.pk, "character": "Hanna"}])
    content = desk.get(page(Person, "delete", person.pk), follow=True).content.decode()
    assert "The credits in 1 title<" in content


def test_who_deletes_a_list_is_told_of_its_entries(desk):
    curated_list = make_list()
    catalog.list_entries_set(curated_list=curated_list, entries=[Entry(make_movie("Heat").pk, 1)])
    content = desk.get(page(CuratedList, "delete", curated_list.pk), follow=True).content.decode()
    assert "Its entries: 1" in content

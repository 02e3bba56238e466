"""A title's page: its credits and other lists as rows of inputs, its ids elsewhere, its origins and locks."""

import pytest
from django.contrib.auth.models import Permission

from apps.catalog import services as catalog
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.services.lists import Entry
from tests.admin.browser import errors_of, opened, row_errors, with_row
from tests.admin.rows import make_collection, make_company, make_list, page
from tests.factories import make_genre, make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")

RICH = {
    "overview": " A thief,\n\na policeman. ",
    "keywords": ["heist"],
    "alternative_titles": [{"title": "Fuego", "country": "", "type": ""}],
    "translations": [{"language": "de", "country": "", "title": "Heat", "overview": "Ein\nDieb.", "tagline": ""}],
    "releases": [{"country": "US", "type": "", "date": "1995-12-15", "certification": "R", "note": ""}],
    "awards": [{"award": "Saturn", "category": "", "year": 1996, "outcome": "nominated"}],
    "images": [{"type": "poster", "source": "tmdb", "path": "/a.jpg", "width": 2, "height": None, "language": ""}],
    "videos": [{
        "site": "YouTube", "key": "x", "name": "", "type": "Clip", "language": "", "official": True, "size": None,
        "published_at": None,
    }],
    "source_scores": [{"source": "imdb", "value": 8.3, "votes": None}],
}  # fmt: skip


@pytest.fixture
def heat() -> Movie:
    """With everything that a title may have, told by a data set."""
    people = [make_person(name) for name in ("Al Pacino", "Robert De Niro", "Michael Mann")]
    genre, company, collection = make_genre("Crime"), make_company(), make_collection()
    movie = make_movie(
        "Heat",
        cast=[{"person_id": person.pk, "character": f"C{person.pk}", "source": "tmdb"} for person in people[:2]],
        crew=[{"person_id": people[2].pk, "department": "Directing", "job": "Director", "source": "tmdb"}],
        genre_ids=[genre.pk],
        company_ids=[company.pk],
        collection_id=collection.pk,
        **RICH,
    )
    Movie.objects.filter(pk=movie.pk).update(origins={})
    catalog.external_id_add(kind="movie", source="imdb", value="tt0113277", object_id=movie.pk)
    return Movie.objects.get(pk=movie.pk)


def url_of(movie: Movie) -> str:
    return page(Movie, "change", movie.pk)


def saved(desk, movie: Movie, sent: dict) -> Movie:
    answer = desk.post(url_of(movie), sent)
    assert answer.status_code == 302, answer.context["errors"]
    return Movie.objects.get(pk=movie.pk)


def test_a_page_saved_as_it_was_opened_changes_nothing(desk, heat):
    before = Movie.objects.filter(pk=heat.pk).values().get()
    saved(desk, heat, opened(desk, url_of(heat)))
    assert Movie.objects.filter(pk=heat.pk).values().get() == before


def test_one_changed_field_is_all_that_becomes_the_curators(desk, heat, curator):
    movie = saved(desk, heat, opened(desk, url_of(heat)) | {"tagline": "A Los Angeles crime saga"})
    assert movie.origins.keys() == {"tagline"}
    assert movie.origins["tagline"]["by"] == curator.pk
    assert movie.is_locked("tagline")
    assert movie.overview == RICH["overview"]


def test_a_credit_is_added_changed_moved_and_removed(desk, heat):
    al, bob = (credit["person_id"] for credit in heat.cast)
    val = make_person("Val Kilmer")
    sent = with_row(opened(desk, url_of(heat)), "cast", person_id=val.pk, character="Chris", ORDER="1")
    movie = saved(desk, heat, sent | {"cast-0-DELETE": "on", "cast-1-ORDER": "2"})
    assert [(credit["name"], credit["character"], credit["source"]) for credit in movie.cast] == [
        ("Val Kilmer", "Chris", "curator"), ("Robert De Niro", f"C{bob}", "tmdb")
    ]  # fmt: skip
    assert movie.cast_ids == [val.pk, bob]
    movie = saved(desk, movie, opened(desk, url_of(movie)) | {"cast-1-person_id": al, "crew-0-job": "Writer"})
    assert [(credit["name"], credit["source"]) for credit in movie.cast][1] == ("Al Pacino", "curator")
    assert (movie.crew[0]["job"], movie.director_ids) == ("Writer", [])


def test_the_other_lists_change(desk, heat):
    sent = opened(desk, url_of(heat)) | {"releases-0-certification": "NC-17", "videos-0-DELETE": "on"}
    sent = with_row(sent, "awards", award="Oscar", category="Sound", year="1996", outcome="won")
    sent = with_row(sent, "translations", language="fr", country="", title="Heat", overview="Un voleur.")
    movie = saved(desk, heat, sent)
    assert movie.releases == [{**RICH["releases"][0], "certification": "NC-17"}]
    assert movie.certifications == ["US:NC-17"]
    assert movie.videos == []
    assert movie.awards[1] == {"award": "Oscar", "category": "Sound", "year": 1996, "outcome": "won"}
    assert movie.translations[1]["overview"] == "Un voleur."
    assert movie.translations[0] == RICH["translations"][0]


def test_an_error_stands_at_its_row_and_nothing_typed_is_lost(desk, heat):
    sent = with_row(opened(desk, url_of(heat)), "cast", person_id="987", character="Nobody <b>", ORDER="3")
    sent = with_row(sent, "releases", country="USA", type="", date="1995-13-01", certification="", note="first")
    answer = desk.post(url_of(heat), sent | {"title": "Heat 2", "runtime": "long"})
    assert errors_of(answer).keys() == {"cast", "releases", "runtime"}
    assert row_errors(answer, "cast")[2] == {"person_id": ["There is no person 987."]}
    assert row_errors(answer, "releases")[1].keys() == {"country", "date"}
    content = answer.content.decode()
    assert "Nobody &lt;b&gt;" in content
    assert 'value="Heat 2"' in content
    assert 'value="first"' in content
    assert Movie.objects.get().title == "Heat"


@pytest.mark.parametrize(
    ("table", "members"),
    [
        ("alternative_titles", {"title": "a\0b"}),
        ("awards", {"award": "Oscar", "year": "9" * 40, "outcome": "won"}),
        ("cast", {"person_id": "9" * 40}),
        ("cast", {"person_id": "-1"}),
        ("cast", {"person_id": "Al"}),
        ("images", {"type": "selfie", "path": "/x.jpg", "source": "tmdb"}),
        ("external_ids", {"source": "im db", "value": "tt1"}),
        ("external_ids", {"source": "imdb", "value": ""}),
        ("external_ids", {"source": "imdb", "value": "tt0113277"}),
    ],
)
def test_a_row_that_cannot_be(desk, heat, table, members):
    answer = desk.post(url_of(heat), with_row(opened(desk, url_of(heat)), table, **members))
    assert errors_of(answer).keys() == {table}
    assert row_errors(answer, table)[-1]
    assert Movie.objects.get().version == heat.version


def test_rows_stand_as_they_were_sent_after_an_error(desk, heat):
    al, bob = (credit["person_id"] for credit in heat.cast)
    sent = opened(desk, url_of(heat)) | {"cast-0-ORDER": "2", "cast-1-ORDER": "1", "runtime": "long"}
    rows = desk.post(url_of(heat), sent).context["adminform"].form["cast"].formset.to_show()
    assert [row["person_id"].value() for row in rows] == [str(bob), str(al), None]


def test_an_added_row_that_stays_empty_is_none(desk, heat):
    sent = with_row(opened(desk, url_of(heat)), "cast", person_id="", character="", ORDER="3")
    sent = with_row(sent, "images", type="poster", source="tmdb", path="", ORDER="2")
    assert saved(desk, heat, sent).version == heat.version


def test_what_a_source_said_does_not_hinder(desk, heat):
    """A job that is missing, a year nobody would type: they are only held against who writes them."""
    Movie.objects.filter(pk=heat.pk).update(
        crew=[{**heat.crew[0], "job": ""}], awards=[{**RICH["awards"][0], "year": 1}]
    )
    movie = saved(desk, heat, opened(desk, url_of(heat)) | {"tagline": "Saga"})
    assert (movie.tagline, movie.crew[0]["job"], movie.awards[0]["year"]) == ("Saga", "", 1)


def test_a_cut_off_table_is_refused(desk, heat):
    sent = opened(desk, url_of(heat))
    cut = {name: value for name, value in sent.items() if not name.startswith("cast-1-")}
    assert errors_of(desk.post(url_of(heat), cut)).keys() == {"cast"}
    absent = {name: value for name, value in sent.items() if not name.startswith("cast-")}
    assert saved(desk, heat, absent).cast == heat.cast


def test_a_long_cast_is_one_page_and_can_be_saved(desk, queries_by_store):
    people = [make_person() for _ in range(224)]
    credits_of = [{"person_id": person.pk, "character": "Extra", "source": "tmdb"} for person in people]
    crew = [{"person_id": person.pk, "job": "Producer", "source": "tmdb"} for person in people]
    few, many = make_movie("Few", cast=credits_of[:2], crew=crew[:2]), make_movie("Many", cast=credits_of, crew=crew)
    pages = [queries_by_store(lambda movie=movie: desk.get(url_of(movie))) for movie in (few, many)]
    assert pages[0] == pages[1]
    sent = opened(desk, url_of(many))
    saves = [
        queries_by_store(lambda movie=movie: desk.post(url_of(movie), opened(desk, url_of(movie)) | {"tagline": "x"}))
        for movie in (few, many)
    ]
    assert saves[0] == saves[1]
    assert len(sent) > 1_000  # more than Django's own limit
    assert len(desk.get(url_of(many)).content) < 600_000
    assert len(Movie.objects.get(pk=many.pk).cast) == 224


def test_external_ids_are_added_changed_and_removed_with_the_title(desk, heat):
    sent = with_row(opened(desk, url_of(heat)), "external_ids", source="TMDB", value="949")
    saved(desk, heat, sent)
    keys = ExternalId.objects.filter(object_id=heat.pk).values_list("key", flat=True)
    assert set(keys) == {"movie:imdb:tt0113277", "movie:tmdb:949"}
    saved(desk, heat, opened(desk, url_of(heat)) | {"external_ids-0-value": "tt2", "external_ids-1-DELETE": "on"})
    assert set(keys.all()) == {"movie:imdb:tt2"}
    assert Movie.objects.get().version == heat.version  # the title itself is as it was


def test_an_id_of_another_title_is_refused_at_its_row(desk, heat):
    other = make_movie("Ronin")
    answer = desk.post(
        url_of(other), with_row(opened(desk, url_of(other)), "external_ids", source="imdb", value="tt0113277")
    )
    assert row_errors(answer, "external_ids") == [{"value": [f"This is already the id of movie {heat.pk}."]}]
    assert ExternalId.objects.get().object_id == heat.pk


def test_a_new_title_gets_its_credits_and_ids_at_once(desk):
    person = make_person("Al Pacino")
    sent = opened(desk, page(Movie, "add")) | {"title": "Serpico"}
    sent = with_row(sent, "cast", person_id=person.pk, character="Frank", ORDER="1")
    sent = with_row(sent, "external_ids", source="imdb", value="tt0070666")
    assert desk.post(page(Movie, "add"), sent).status_code == 302
    movie = Movie.objects.get()
    assert movie.cast == [{"person_id": person.pk, "name": "Al Pacino", "character": "Frank", "source": "curator"}]
    assert ExternalId.objects.get().object_id == movie.pk


def test_companies_and_collection_are_chosen(desk, heat):
    more = make_company("Regency")
    movie = saved(
        desk, heat, opened(desk, url_of(heat)) | {"company_ids": [more.pk, heat.company_ids[0]], "collection_id": ""}
    )
    assert movie.company_ids == [more.pk, heat.company_ids[0]]
    assert movie.collection_id is None
    answer = desk.post(url_of(heat), opened(desk, url_of(heat)) | {"company_ids": [77], "collection_id": "78"})
    assert errors_of(answer)["company_ids"] == ["There is no company 77."]
    answer = desk.post(url_of(heat), opened(desk, url_of(heat)) | {"company_ids": ["x"], "collection_id": "y"})
    assert errors_of(answer).keys() == {"company_ids", "collection_id"}


def test_facts_are_locked_and_unlocked(desk, heat, curator):
    sent = opened(desk, url_of(heat)) | {"locks": ["title", "cast"]}
    movie = saved(desk, heat, sent)
    assert [fact for fact in Movie.FACTS if movie.is_locked(fact)] == ["title", "cast"]
    assert movie.origins["cast"]["by"] == curator.pk
    assert curator.handle in desk.get(url_of(heat)).content.decode()
    movie = saved(desk, heat, opened(desk, url_of(heat)) | {"locks": ["cast"], "tagline": "Saga"})
    assert [fact for fact in Movie.FACTS if movie.is_locked(fact)] == ["tagline", "cast"]
    assert errors_of(desk.post(url_of(heat), opened(desk, url_of(heat)) | {"locks": ["version"]})).keys() == {"locks"}


def test_the_page_shows_lists_scores_and_links(desk, heat):
    curated_list = make_list()
    catalog.list_entries_set(curated_list=curated_list, entries=[Entry(heat.pk, 1)])
    content = desk.get(url_of(heat)).content.decode()
    assert "Best of all" in content
    assert "8.3" in content
    assert "https://www.imdb.com/title/tt0113277/" in content
    assert "https://image.tmdb.org/t/p/w185/a.jpg" in content


def test_who_deletes_a_title_is_told_what_goes_along(desk, heat):
    catalog.list_entries_set(curated_list=make_list(), entries=[Entry(heat.pk, 1)])
    content = desk.get(page(Movie, "delete", heat.pk), follow=True).content.decode()
    assert "What other sources call it: 1 id<" in content
    assert "Its place in the list Best of all" in content


def viewer_of(client, *codenames: str):
    helper = make_user("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(helper)
    return client


def test_who_may_only_look_sees_names_and_no_inputs(client, heat):
    viewer = viewer_of(client, "view_movie")
    content = viewer.get(url_of(heat)).content.decode()
    assert page(Person, "change", heat.cast[0]["person_id"]) in content
    for text in ("Al Pacino", "Crime", "Warner Bros.", "The Godfather Collection", "tt0113277", "Fuego"):
        assert text in content, text
    assert 'name="cast-' not in content
    assert 'name="locks"' not in content
    assert viewer.post(url_of(heat), {"title": "x"}).status_code == 403


def test_ids_elsewhere_need_their_own_permission(client, heat):
    editor = viewer_of(client, "view_movie", "change_movie")
    sent = opened(editor, url_of(heat))
    assert "external_ids-TOTAL_FORMS" not in sent
    table = {"external_ids-TOTAL_FORMS": "1", "external_ids-INITIAL_FORMS": "0"}
    forged = {"external_ids-0-source": "tmdb", "external_ids-0-value": "949"}
    saved(editor, heat, sent | table | forged | {"tagline": "Saga"})
    assert ExternalId.objects.get().source == "imdb"
    assert Movie.objects.get().tagline == "Saga"

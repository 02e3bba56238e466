"""What is found by what somebody types, and in which order."""

from datetime import date

import pytest

from apps.catalog.models import Movie
from apps.catalog.search import suggesting
from apps.catalog.search.finding import find
from apps.catalog.search.query import LONGEST, Reading, readings_of
from apps.catalog.search.schema import Kind, Row
from apps.catalog.services import external_id_add
from movieverse.api.cursors import Cursor, Ordering
from tests.api.conftest import counted_queries
from tests.factories import make_collection, make_company, make_movie, make_person

MOST = 100

HOSTILE = [
    "*" * LONGEST, "?" * LONGEST, ".*[", "(((((", "\\", "a{1000}", '"heat', "heat AND", "NOT heat", "name:heat",
    "+-&&||!", "\0", "heat\0", "\ud800", "heat \udfff", "שלום", "\u202eheat", "🎬", "👨‍👩‍👧", "'; DROP",
    "a " * 99, "x" * LONGEST, "é" * LONGEST, "İ" * LONGEST, "2000", "tt", "tt" + "9" * 198, ":", "a:b", "imdb:",
    "imdb:\0", "imdb:" + "é" * 190, "  ", "㍿" * LONGEST,
]  # fmt: skip


@pytest.fixture
def there(search_index):
    """Makes titles, each less popular than the one before, and has them found."""

    def make(*titles: str, **facts) -> list[Movie]:
        made = [make_movie(title, popularity=100 - number, **facts) for number, title in enumerate(titles)]
        search_index()
        return made

    return make


def found(asked: str, *kinds: Kind) -> list[Row]:
    return [hit.row for hit in find(asked, kinds or tuple(Kind)).best(MOST)]


def titles(asked: str) -> list[str]:
    rows = found(asked)
    named = Movie.objects.in_bulk([row.id for row in rows])
    return [named[row.id].title for row in rows]


def suggested(asked: str, *kinds: Kind, limit: int = 20) -> list[str]:
    return [one["name"] for one in suggesting.suggest(asked, limit, kinds or tuple(Kind))]


# --- How a query is understood --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "dated"),
    [
        ("heat 1995", ("heat", 1995)),
        ("Heat (1995)", ("Heat", 1995)),
        ("Heat [1995]", ("Heat", 1995)),
        ("Heat(1995)", ("Heat", 1995)),
        ("Blade Runner 2049", ("Blade Runner", 2049)),
        ("1917 2019", ("1917", 2019)),
    ],
)
def test_a_year_at_the_end_is_a_year_or_part_of_the_name(query, dated):
    assert readings_of(query) == [Reading(query), Reading(*dated)]


@pytest.mark.parametrize("query", ["1917", "(1995)", "heat1995", "heat 1869", "heat 2101", "heat 19955", "heat 1995 x"])
def test_other_numbers_are_no_years(query):
    assert readings_of(query) == [Reading(query)]


def test_case_accents_and_punctuation_do_not_matter(there):
    there("Amélie", "WALL·E", "Spider-Man", "Ocean's Eleven", "Straße")
    for asked in ("amelie", "AMÉLIE", "ame\u0301lie", "Amelie!"):
        assert titles(asked) == ["Amélie"]
    assert titles("walle") == titles("wall-e") == titles("WALL E") == ["WALL·E"]
    assert titles("spiderman") == titles("spider man") == titles("Spider-Man") == ["Spider-Man"]
    assert titles("oceans eleven") == titles("ocean’s eleven") == ["Ocean's Eleven"]
    assert titles("STRASSE") == ["Straße"]


def test_a_title_is_found_without_its_article_and_with_one_too_many(there):
    there("The Matrix", "Heat")
    assert titles("matrix") == ["The Matrix"]
    assert titles("the heat") == ["Heat"]


def test_a_name_without_letters_is_looked_for_as_it_is(there):
    there("!!!", "...")
    assert titles("!!!") == ["!!!"]


def test_a_year_chooses_among_equal_titles_and_does_not_leave_out_the_others(there, search_index):
    old = make_movie("Heat", release_date=date(1986, 11, 14), popularity=5)
    new = make_movie("Heat", popularity=50)
    search_index()
    assert [row.id for row in found("heat")] == [new.pk, old.pk]
    for asked in ("heat 1986", "Heat (1986)"):
        assert [row.id for row in found(asked)] == [old.pk, new.pk]
    assert [row.id for row in found("heat 1987")] == [new.pk, old.pk]


def test_a_year_in_a_name_is_part_of_it(there):
    there("Blade Runner", "Blade Runner 2049")
    assert titles("blade runner 2049")[0] == "Blade Runner 2049"


def test_what_another_source_calls_a_row_is_found_by_it(there, search_index):
    heat, person = make_movie("Heat"), make_person("Al Pacino")
    external_id_add(kind="movie", source="imdb", value="tt0113277", object_id=heat.pk)
    external_id_add(kind="movie", source="tmdb", value="949", object_id=heat.pk)
    external_id_add(kind="person", source="tmdb", value="949", object_id=person.pk)
    external_id_add(kind="person", source="imdb", value="nm0000199", object_id=person.pk)
    search_index()
    film, actor = Row(Kind.MOVIE, heat.pk), Row(Kind.PERSON, person.pk)
    for asked in ("tt0113277", "TT0113277", "imdb:tt0113277", "IMDB:TT0113277", " tt0113277 "):
        assert found(asked) == [film]
    assert found("nm0000199") == [actor]
    assert set(found("tmdb:949")) == {film, actor}
    assert found("tmdb:949", Kind.PERSON) == [actor]
    assert found("tmdb:950") == []


# --- Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    ["casablanza", "casblanca", "casabblanca", "csaablanca", "Kasablanca", "casablanc", "casablancas"],
)
def test_a_name_is_found_with_a_wrong_missing_extra_or_swapped_letter(there, asked):
    there("Casablanca")
    assert titles(asked) == ["Casablanca"]


def test_each_long_word_may_have_an_error_of_its_own(there):
    there("The Silence of the Lambs")
    assert titles("silense of the labms") == ["The Silence of the Lambs"]
    assert titles("lambs silense") == ["The Silence of the Lambs"]


def test_whoever_types_a_name_of_several_words_or_its_year_has_made_no_error(there, search_index):
    there("Cast Away", "Last Away", "Heat", "Head")
    assert titles("cast away") == ["Cast Away"]
    assert titles("caast away") == ["Cast Away"]
    assert titles("heat") == ["Heat", "Head"]
    make_movie("Rain", release_date=date(1995, 1, 1))
    make_movie("Ruin", release_date=date(1995, 1, 1))
    search_index()
    assert titles("rain 1995") == ["Rain"]
    assert titles("rainn 1995") == ["Rain"]


def test_a_name_of_another_kind_than_is_looked_for_is_no_name(there, search_index):
    (film,) = there("Michael Clayton")
    make_person("Micheal Clayton")
    search_index()
    assert Row(Kind.MOVIE, film.pk) in found("micheal clayton", Kind.MOVIE)


def test_two_errors_in_a_word_are_too_many(there):
    there("Casablanca")
    assert titles("kasablanka") == []


def test_numbers_have_no_errors(there):
    there("Ocean's 2012 Odyssey")
    assert titles("odyssey 2012 oceans") == ["Ocean's 2012 Odyssey"]
    assert titles("odyssey 2013 oceans x") == []


# --- Order ----------------------------------------------------------------------------------------


def test_whole_names_come_before_beginnings_and_these_before_errors_whatever_is_popular(there):
    there("Heats", "Heatwave", "Beat", "Body Heat", "Heat")
    assert titles("heat") == ["Heat", "Heats", "Heatwave", "Beat", "Body Heat"]


def test_other_names_come_after_the_name(there):
    there("Hitze", "The Godfather", alternative_titles=[{"title": "Der Pate", "country": "DE", "type": ""}])
    there("Der Pate")
    assert titles("der pate") == ["Der Pate", "Hitze", "The Godfather"]


def test_who_is_credited_and_who_is_played_lead_to_the_title_after_what_is_so_called(search_index):
    person = make_person("Al Pacino")
    film = make_movie("Heat", cast=[{"person_id": person.pk, "character": "Vincent Hanna"}])
    search_index()
    assert found("al pacino") == [Row(Kind.PERSON, person.pk), Row(Kind.MOVIE, film.pk)]
    assert found("vincent hanna") == [Row(Kind.MOVIE, film.pk)]


def test_words_of_the_name_come_before_words_from_anywhere(there, search_index):
    make_movie("Heist", overview="A dark night in the city", popularity=100)
    there("City of Night")
    assert titles("night city") == ["City of Night", "Heist"]
    assert titles("city nig") == ["City of Night"]


def test_equal_matches_are_ordered_by_popularity(there):
    there("Alpha Three", "Alpha One", "Alpha Two")
    assert titles("alpha") == ["Alpha Three", "Alpha One", "Alpha Two"]


def test_a_row_is_found_once_however_many_ways_lead_to_it(there):
    there("Heat", alternative_titles=[{"title": "Heat", "country": "DE", "type": ""}], overview="Heat")
    assert len(found("heat")) == 1


def test_kinds_are_told_apart(search_index):
    film = make_movie("Rocky", popularity=1)
    show = make_movie("Rocky", kind="show", popularity=2)
    person, company, collection = make_person("Rocky", popularity=3), make_company("Rocky"), make_collection("Rocky")
    search_index()
    rows = [
        Row(Kind.PERSON, person.pk), Row(Kind.SHOW, show.pk), Row(Kind.MOVIE, film.pk),
        Row(Kind.COLLECTION, collection.pk), Row(Kind.COMPANY, company.pk),
    ]  # fmt: skip
    assert found("rocky")[:3] == rows[:3]
    assert set(found("rocky")) == set(rows)
    for row in rows:
        assert found("rocky", row.kind) == [row]
    assert set(found("rocky", Kind.MOVIE, Kind.COMPANY)) == {rows[2], rows[4]}


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordering", [Ordering("-relevance", "tier"), Ordering("relevance", "tier")])
def test_pages_have_every_row_once_there_and_back(there, search_index, ordering):
    for title in ("Heat", "Heatwave", "Beat", "The Heat Is On", "Warm"):
        for popularity in (1, 1, 1, 2):
            make_movie(title, overview="heat", popularity=popularity)
    search_index()
    whole = found("heat")
    assert len(set(whole)) == len(whole) == 20
    expected = whole if ordering.descending else whole[::-1]
    for limit in (1, 3, 7):
        forward = walked(ordering, limit, backward=False)
        assert [hit.row for hit in forward] == expected
        back = walked(ordering, limit, backward=True, after=forward[-1])
        assert [hit.row for hit in back] == expected[:-1]


def walked(ordering: Ordering, limit: int, *, backward: bool, after=None) -> list:
    hits, cursor = [], after and Cursor(ordering.name, backward, after.tier, after.pk)
    while page := find("heat").rows_from(ordering, cursor, limit):
        hits = [*page, *hits] if backward else [*hits, *page]
        last = page[0] if backward else page[-1]
        cursor = Cursor(ordering.name, backward, last.tier, last.pk)
    return hits


def test_as_many_are_counted_as_there_are(there):
    there("Heat", "Heatwave", "Beat", "Cold")
    assert find("heat").count() == len(found("heat")) == 3
    assert find("heat", [Kind.PERSON]).count() == 0


# --- Suggestions ----------------------------------------------------------------------------------


def test_suggestions_complete_names_and_words(there):
    there("Fever Heat", "Heatwave", "Heat", "Cheat")
    assert suggested("heat") == ["Heat", "Heatwave", "Fever Heat"]
    assert suggested("hea") == ["Heatwave", "Heat", "Fever Heat"]
    assert suggested("fever h") == ["Fever Heat"]


def test_suggestions_forgive_an_error_in_a_beginning(there):
    there("Casablanca", "The Lord of the Rings: The Return of the King")
    assert suggested("casbl") == ["Casablanca"]
    assert suggested("cosabl") == ["Casablanca"]
    assert suggested("the lord of the rigns the ret") == ["The Lord of the Rings: The Return of the King"]
    assert suggested("casx") == []


def test_long_beginnings_are_completed_too(there):
    there("The Lord of the Rings: The Return of the King", "The Lord of the Rings: The Two Towers")
    assert suggested("the lord of the rings the t")[0] == "The Lord of the Rings: The Two Towers"


def test_suggestions_are_of_the_index_alone(there):
    (heat,) = there("Heat")
    with counted_queries() as queries:
        assert suggesting.suggest("he", 10) == [{"type": "movie", "id": heat.pk, "name": "Heat", "year": 1995}]
    assert not any(queries.values())


# --- Whatever may come ----------------------------------------------------------------------------


@pytest.mark.parametrize("asked", HOSTILE)
def test_whatever_is_typed_finds_something_or_nothing(there, asked):
    there("Heat")
    assert len(found(asked)) == find(asked).count() <= 1
    assert len(suggested(asked)) <= 1


def test_patterns_are_not_understood(there):
    there("Heat", "Cold")
    for asked in ("h*", "h.*t", "????", "[a-z]+", ".*"):
        assert "Cold" not in titles(asked)
    assert titles("h.*t") == []


def test_another_name_begins_too_after_the_names_that_titles_are_known_by(search_index):
    make_movie("The Godfather", alternative_titles=[{"title": "Der Pate", "country": "DE", "type": ""}], popularity=9)
    make_movie("Der Patriot", popularity=1)
    search_index()
    assert [row["name"] for row in suggesting.suggest("der pat", 5)] == ["Der Patriot", "The Godfather"]

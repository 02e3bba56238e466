"""Which people of a data set are there already, who turns out to be one, and what is known of them."""

from datetime import date

import pytest

from apps.catalog import services
from apps.catalog.models import Event, Movie, Person
from apps.catalog.records import SourceId
from movieverse.bulk import Counts
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    TMDB5000,
    actor,
    credited,
    ids_of,
    imdb,
    is_done,
    known_as,
    loaded,
    movie_of,
    netflix,
    person,
    person_of,
    record,
    tmdb,
    worker,
)
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("stores")


def heat(*cast, **values):
    """As a set tells of a title that the others know by its name and year."""
    return record(**{"title": "Heat", "release_year": 1995, "cast": list(cast)} | values)


def insider(*cast, **values):
    return record(2, **{"title": "The Insider", "release_year": 1999, "cast": list(cast)} | values)


def theirs(*cast, number: int = 1, **values):
    """The same of Netflix."""
    return heat(*cast, place=f"netflix {number}", ids=[netflix(f"tm{number}")], **values)


# --- Who is credited by the same name in the same title -------------------------------------------


@pytest.mark.parametrize("name", ["Al Pacino", "AL PACINO", "Ál  Pacino"])
def test_who_is_credited_by_the_same_name_in_the_same_title_is_one(name):
    loaded(heat(actor()))
    counts = loaded(theirs(actor(name, netflix(1))), source=NETFLIX).counts
    assert (counts["people"], counts["external ids"].created) == (Counts(unchanged=1), 2)
    assert ids_of("person", Person.objects.get()) == {"tmdb:1158", "netflix:1"}
    assert Person.objects.get().name == "Al Pacino"


def test_who_acts_there_and_directs_here_is_one():
    loaded(heat(crew=[worker("Michael Mann", tmdb(638))]))
    loaded(theirs(actor("Michael Mann", netflix(1))), source=NETFLIX)
    assert Person.objects.count() == 1


def test_of_one_name_in_different_titles_are_two():
    loaded(heat(actor()))
    loaded(insider(actor(source_id=netflix(1)), ids=[netflix("tm2")]), source=NETFLIX)
    assert person_of(netflix(1)) != person_of(tmdb(1158))


def test_two_of_one_name_in_the_stored_title_are_nobody_s():
    loaded(heat(actor(), actor(source_id=tmdb(2))))
    loaded(theirs(actor(source_id=netflix(1))), source=NETFLIX)
    assert Person.objects.count() == 3


def test_two_of_one_name_in_the_set_s_title_are_nobody_s():
    loaded(heat(actor()))
    loaded(theirs(actor(source_id=netflix(1)), actor(source_id=netflix(2))), source=NETFLIX)
    assert Person.objects.count() == 3


def test_who_would_be_two_stored_people_is_neither():
    loaded(heat(actor()), insider(actor(source_id=tmdb(2))))
    loaded(
        theirs(actor(source_id=netflix(1))),
        insider(actor(source_id=netflix(1)), place="n2", ids=[netflix("tm2")]),
        source=NETFLIX,
    )
    assert Person.objects.count() == 3
    assert ids_of("person", person_of(netflix(1))) == {"netflix:1"}


def test_two_of_a_set_who_would_be_one_stored_person_are_neither():
    loaded(heat(actor()), insider(actor()))
    loaded(
        theirs(actor(source_id=netflix(1))),
        insider(actor(source_id=netflix(2)), place="n2", ids=[netflix("tm2")]),
        source=NETFLIX,
    )
    assert ids_of("person", person_of(tmdb(1158))) == {"tmdb:1158"}


def test_whom_a_source_knows_by_two_ids_are_two():
    loaded(heat(actor(source_id=netflix(1))), source=NETFLIX)
    loaded(heat(actor(source_id=netflix(2))), source=NETFLIX)
    assert Person.objects.count() == 2


def test_the_title_may_come_in_any_batch():
    loaded(insider(actor("Christopher Plummer", tmdb(9))), heat(actor()), batch=1)
    other = insider(actor("Christopher Plummer", netflix(9)), place="n2", ids=[netflix("tm2")])
    loaded(other, theirs(actor(source_id=netflix(1))), source=NETFLIX, batch=1)
    assert ids_of("person", person_of(tmdb(9))) == {"tmdb:9", "netflix:9"}
    assert ids_of("person", person_of(tmdb(1158))) == {"tmdb:1158", "netflix:1"}


def test_who_was_recognised_in_one_title_is_credited_in_the_set_s_others():
    loaded(heat(actor()))
    ali = record(5, title="Ali", place="n5", ids=[netflix("tm5")], cast=[actor(source_id=netflix(1))])
    loaded(ali, theirs(actor(source_id=netflix(1))), source=NETFLIX)
    assert movie_of(netflix("tm5")).cast_ids == [person_of(tmdb(1158)).pk]


# --- People joined --------------------------------------------------------------------------------


def two_pacinos() -> tuple[Person, Person]:
    """Known to both sources, from different titles."""
    loaded(heat(actor("Al Pacino", tmdb(1158), "Vincent")), source=TMDB5000)
    other = actor("Al Pacino", netflix(1), "Lowell")
    loaded(insider(other, ids=[netflix("tm2")]), source=NETFLIX)
    return person_of(tmdb(1158)), person_of(netflix(1))


def test_people_who_turn_out_to_be_one_are_joined_with_their_ids_and_credits():
    tmdbs, netflixs = two_pacinos()
    known_as("person", imdb("nm0000199"), netflixs)
    counts = loaded(insider(actor("Al Pacino", tmdb(1158), "Lowell Bergman")), source=TMDB5000).counts
    assert counts["people"] == Counts(updated=1)
    joined = Person.objects.get()
    assert joined == tmdbs
    assert ids_of("person", joined) == {"tmdb:1158", "netflix:1", "imdb:nm0000199"}
    for movie in Movie.objects.all():
        assert movie.cast_ids == [joined.pk]
    (credit,) = movie_of(netflix("tm2")).cast
    assert (credit["character"], credit["source"]) == ("Lowell Bergman", TMDB5000)
    assert is_done(loaded(insider(actor("Al Pacino", tmdb(1158), "Lowell Bergman")), source=TMDB5000))
    assert is_done(loaded(insider(actor("Al Pacino", netflix(1), "Lowell"), ids=[netflix("tm2")]), source=NETFLIX))


def test_a_joined_person_has_the_facts_of_both_as_their_sources_rank():
    tmdbs, _ = two_pacinos()
    loaded(source=NETFLIX, people=[person("Al Pacino", tmdb(1158), birth_place="?", biography="Born in New York.")])
    loaded(source=DEMO, people=[person("Al Pacino", netflix(1), birth_place="New York", birth_date=date(1940, 4, 25))])
    loaded(insider(actor()), source=TMDB5000)
    joined = Person.objects.get()
    assert joined == tmdbs
    facts = (joined.name, joined.biography, joined.birth_place, joined.birth_date)
    assert facts == ("Al Pacino", "Born in New York.", "New York", date(1940, 4, 25))
    assert joined.origins["birth_place"]["source"] == DEMO
    assert joined.version > tmdbs.version


def test_what_a_curator_locked_of_either_survives_their_joining():
    _, netflixs = two_pacinos()
    netflixs.name, netflixs.biography = "Al PACINO", "Mine."
    services.person_save(person=netflixs, by=CURATOR)
    loaded(insider(actor()), source=TMDB5000)
    joined = Person.objects.get()
    assert (joined.name, joined.biography) == ("Al PACINO", "Mine.")
    assert all(credited(movie) == ["Al PACINO"] for movie in Movie.objects.all())


def test_a_locked_cast_keeps_its_order_when_its_people_are_joined():
    two_pacinos()
    movie = movie_of(netflix("tm2"))
    plummer = make_person("Christopher Plummer")
    movie.cast = [{"person_id": plummer.pk, "character": "Mike"}, *movie.cast, {"person_id": plummer.pk}]
    services.movie_save(movie=movie, by=CURATOR)
    crew = [worker("Al Pacino", tmdb(1158), "Producer", "Production")]
    loaded(insider(crew=crew), source=TMDB5000)
    assert Person.objects.filter(name="Al Pacino").count() == 1
    movie.refresh_from_db()
    assert credited(movie) == ["Christopher Plummer", "Al Pacino", "Christopher Plummer"]
    assert movie.cast[1]["person_id"] == person_of(tmdb(1158)).pk
    assert movie.cast_ids == [plummer.pk, person_of(tmdb(1158)).pk]


def test_credits_of_whom_were_two_are_one_credit_after_they_are_joined():
    loaded(heat(actor("Al Pacino", tmdb(1158), "Vincent")), source=TMDB5000)
    elsewhere = insider(actor("A. Pacino", netflix(1)), place="n2", ids=[netflix("tm2")])
    loaded(theirs(actor("A. Pacino", netflix(1), "Hanna")), elsewhere, source=NETFLIX)
    assert len(movie_of(tmdb(1)).cast) == 2
    loaded(insider(actor("A. Pacino", tmdb(1158))), source=TMDB5000)
    assert [entry["character"] for entry in movie_of(tmdb(1)).cast] == ["Vincent"]


def test_people_of_one_source_are_not_joined_however_alike_they_are():
    loaded(heat(actor("Al Pacino", tmdb(1))), source=TMDB5000)
    both = actor("Al Pacino", netflix(1))
    loaded(insider(both, ids=[netflix("tm2")]), source=NETFLIX)
    known_as("person", tmdb(2), person_of(netflix(1)))
    loaded(theirs(both), source=NETFLIX)
    assert person_of(netflix(1)) != person_of(tmdb(1))


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(TMDB5000, NETFLIX), (NETFLIX, TMDB5000)])
def test_a_person_goes_by_the_name_of_the_source_of_the_highest_rank_also_in_credits(order):
    names = {TMDB5000: "Robert De Niro", NETFLIX: "Robert de Niro, Jr."}
    for source in order:
        loaded(heat(actor(names[source], tmdb(380))), source=source)
    assert Person.objects.get().name == "Robert De Niro"
    assert Person.objects.get().sort_name == "robert de niro"
    assert credited(Movie.objects.get()) == ["Robert De Niro"]


def test_a_locked_name_stays():
    loaded(heat(actor()), source=NETFLIX)
    pacino = Person.objects.get()
    pacino.name = "Alfredo Pacino"
    services.person_save(person=pacino, by=CURATOR)
    assert loaded(heat(actor()), source=TMDB5000).counts["people"] == Counts(unchanged=1)
    assert Person.objects.get().name == "Alfredo Pacino"
    assert credited(Movie.objects.get()) == ["Alfredo Pacino"]


def test_of_several_names_in_one_set_the_first_is_taken_at_every_run():
    records = heat(actor("Al Pacino")), insider(actor("Alfredo Pacino"))
    loaded(*records)
    assert Person.objects.get().name == "Al Pacino"
    assert is_done(loaded(*records))


def test_a_person_whose_name_stays_leaves_versions_alone():
    loaded(heat(actor()))
    versions = Person.objects.get().version, Movie.objects.get().version
    loaded(heat(actor()))
    assert (Person.objects.get().version, Movie.objects.get().version) == versions


# --- Records of people ----------------------------------------------------------------------------

LIFE = {
    "biography": "New York.",
    "birth_date": date(1940, 4, 25),
    "birth_place": "New York",
    "known_for": "Acting",
    "also_known_as": ["Alfredo James Pacino"],
}


def test_what_a_set_tells_of_a_person_is_stored_with_where_it_comes_from():
    counts = loaded(heat(actor()), people=[person("Al Pacino", tmdb(1158), imdb("nm0000199"), **LIFE)]).counts
    assert (counts["people"], counts["external ids"]) == (Counts(created=1), Counts(created=3))
    pacino = Person.objects.get()
    assert {fact: getattr(pacino, fact) for fact in LIFE} == LIFE
    assert {fact: origin["source"] for fact, origin in pacino.origins.items()} == dict.fromkeys(
        ("name", *LIFE), TMDB5000
    )
    assert ids_of("person", pacino) == {"tmdb:1158", "imdb:nm0000199"}
    assert is_done(loaded(heat(actor()), people=[person("Al Pacino", tmdb(1158), imdb("nm0000199"), **LIFE)]))


def test_a_person_without_credits_is_stored_as_well():
    assert loaded(people=[person(**LIFE)]).counts["people"] == Counts(created=1)
    assert Person.objects.get().birth_place == "New York"


def test_facts_of_people_follow_rank_and_locks_too():
    loaded(people=[person(**LIFE)], source=DEMO)
    pacino = Person.objects.get()
    pacino.biography = "Mine."
    services.person_save(person=pacino, by=CURATOR)
    theirs = person(birth_place="Los Angeles", biography="Theirs.", homepage="https://pacino.example/")
    assert loaded(people=[theirs], source=NETFLIX).counts["people"] == Counts(updated=1)
    pacino.refresh_from_db()
    assert (pacino.birth_place, pacino.biography) == ("New York", "Mine.")
    assert pacino.homepage == "https://pacino.example/"


def test_a_name_that_a_record_of_a_person_gives_is_in_the_credits():
    loaded(heat(actor()), source=NETFLIX)
    loaded(people=[person("Alfredo Pacino")], source=DEMO)
    assert credited(Movie.objects.get()) == ["Alfredo Pacino"]


def test_who_is_known_by_another_of_their_ids_is_recognised():
    pacino = make_person("Al Pacino")
    known_as("person", imdb("nm0000199"), pacino)
    counts = loaded(people=[person("Al Pacino", tmdb(1158), imdb("nm0000199"), **LIFE)]).counts
    assert counts["people"] == Counts(updated=1)
    assert person_of(tmdb(1158)) == pacino
    assert Person.objects.get().birth_place == "New York"


def test_a_source_s_other_person_is_not_taken_for_theirs():
    other = make_person("Al Pacino")
    for source_id in (tmdb(1), imdb("nm1")):
        known_as("person", source_id, other)
    loaded(people=[person("Al Pacino", tmdb(2), imdb("nm1"))])
    assert person_of(tmdb(2)) != other
    assert person_of(imdb("nm1")) == other


def test_a_deleted_person_comes_back_with_their_credits():
    loaded(heat(actor()))
    services.person_delete(person=Person.objects.get())
    assert Movie.objects.get().cast == []
    counts = loaded(heat(actor())).counts
    assert (counts["people"], counts["movies"]) == (Counts(created=1), Counts(updated=1))
    assert credited(Movie.objects.get()) == ["Al Pacino"]


def test_an_id_of_a_person_who_is_gone_credits_nobody():
    loaded(heat(actor()))
    Person.objects.all().delete()  # without their ids: not by way of the service
    ali = record(5, cast=[actor(), actor("Jon Voight", SourceId("tmdb", "10127"))])
    loaded(ali)
    assert credited(movie_of(tmdb(5))) == ["Jon Voight"]


def test_who_gets_but_another_id_is_in_the_log_of_changes():
    loaded(people=[person("Al Pacino", tmdb(1158))])
    Event.objects.all().delete()
    with_another_id = [person("Al Pacino", tmdb(1158), imdb("nm0000199"))]
    loaded(people=with_another_id)
    assert list(Event.objects.values_list("kind", "object_id")) == [("person", Person.objects.get().pk)]
    Event.objects.all().delete()
    loaded(people=with_another_id)
    assert not Event.objects.exists()

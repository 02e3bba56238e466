from datetime import date

import pytest

pd = pytest.importorskip("pandas", reason="needs pandas: pip install -r requirements-analysis.txt")

import analysis  # noqa: E402  pandas first
from apps.catalog import services  # noqa: E402
from apps.catalog.models import CuratedList, Person  # noqa: E402
from apps.catalog.services.lists import Entry  # noqa: E402
from apps.reviews.services import ratings_load, tag_add  # noqa: E402
from tests.factories import make_genre, make_movie, make_person  # noqa: E402

pytestmark = pytest.mark.usefixtures("stores")


def test_titles_have_types_that_know_gaps():
    drama, crime = make_genre("Drama"), make_genre("Crime")
    heat = make_movie("Heat", genre_ids=[drama.pk, crime.pk], runtime=170, status="released", countries=["US"])
    someday = make_movie("Someday", release_date=None)
    frame = analysis.titles()
    assert list(frame.index) == [heat.pk, someday.pk]
    assert frame.loc[heat.pk, "release_date"] == pd.Timestamp(1995, 12, 15)
    assert frame.loc[heat.pk, "genre_ids"] == (drama.pk, crime.pk)
    assert (frame["runtime"].dtype, frame["status"].dtype.name) == ("Int64", "category")
    assert frame.loc[someday.pk, ["release_date", "runtime", "status"]].isna().all()


def test_titles_are_filtered_as_by_the_api():
    drama = make_genre("Drama")
    heat, _ = make_movie("Heat", genre_ids=[drama.pk]), make_movie("Ronin")
    assert list(analysis.titles(genre="drama", year=1995).index) == [heat.pk]
    with pytest.raises(ValueError, match=r"^genre='x': There is no genre 'x'\.$"):
        analysis.titles(genre="x")
    with pytest.raises(ValueError, match=r"^There is no filter 'colour'\. There are ids, "):
        analysis.titles(colour="red")


def test_a_list_can_be_a_row_for_each_of_its_items():
    drama, crime = make_genre("Drama"), make_genre("Crime")
    make_movie("Heat", genre_ids=[drama.pk, crime.pk])
    make_movie("Ronin")
    frame = analysis.titles(explode="genre_ids")
    assert frame["genre_ids"].dtype == "Int64"
    assert frame["genre_ids"].dropna().to_list() == [drama.pk, crime.pk]


def test_credits_and_scores_are_rows():
    pacino = make_person("Al Pacino")
    cast = [{"person_id": pacino.pk, "character": "Hanna"}]
    scores = [{"source": "imdb", "value": 8.3, "votes": None}]
    heat = make_movie("Heat", cast=cast, crew=[{"person_id": pacino.pk, "job": "Director"}], source_scores=scores)
    frame = analysis.credits()
    assert frame[["movie_id", "fact", "place", "character", "job"]].to_numpy().tolist() == [
        [heat.pk, "cast", 1, "Hanna", ""],
        [heat.pk, "crew", 1, "", "Director"],
    ]
    (score,) = analysis.scores().to_dict("records")
    assert score == {"movie_id": heat.pk, "source": "imdb", "value": 8.3, "votes": None}


def test_dates_before_pandas_own_are_dates():
    shakespeare = make_person("William Shakespeare", birth_date=date(1564, 4, 23))
    assert analysis.people().loc[shakespeare.pk, "birth_date"].year == 1564


def test_ratings_and_their_summaries():
    heat = make_movie("Heat")
    ratings_load([(-1, heat.pk, 7), (-2, heat.pk, 10)])
    assert sorted(analysis.ratings()["value"]) == [7, 10]
    assert analysis.rating_summaries().loc[heat.pk].to_list() == [2, 17, 4.25]


def test_tags_stand_as_they_were_written():
    heat = make_movie("Heat")
    tag_add(user_id=1, movie_id=heat.pk, text="Sci-Fi")
    assert analysis.tags()[["movie_id", "user_id", "text"]].to_numpy().tolist() == [[heat.pk, 1, "Sci-Fi"]]


def test_entries_stand_in_their_order():
    one, two = make_movie("One"), make_movie("Two")
    best = services.list_save(curated_list=CuratedList(name="Best", slug="best"))
    services.list_entries_set(curated_list=best, entries=[Entry(two.pk, 1), Entry(one.pk, 2, 1995)])
    assert list(analysis.entries("best").index) == [two.pk, one.pk]
    with pytest.raises(ValueError, match="There is no list 'worst'"):
        analysis.entries("worst")


def test_external_ids_are_indexed_by_ours():
    heat = make_movie("Heat")
    services.external_id_add(kind="movie", source="imdb", value="tt0113277", object_id=heat.pk)
    assert analysis.external_ids().loc[heat.pk].to_list() == ["imdb", "tt0113277"]
    with pytest.raises(ValueError, match="There is no kind 'star'"):
        analysis.external_ids("star")


def test_empty_stores_have_frames_of_the_same_columns_and_types():
    empty = [analysis.titles(), analysis.people(), analysis.credits(), analysis.scores(), analysis.ratings()]
    assert [len(frame) for frame in empty] == [0] * 5
    make_movie("Heat")
    assert dict(analysis.titles().dtypes) == dict(empty[0].dtypes)


def test_rows_come_in_batches(monkeypatch):
    monkeypatch.setattr("analysis.frames._BATCH", 2)
    people = [make_person() for _ in range(5)]
    assert list(analysis.people().index) == [person.pk for person in people]
    assert Person.objects.count() == 5

import pytest

pd = pytest.importorskip("pandas", reason="needs pandas: pip install -r requirements-analysis.txt")

import analysis  # noqa: E402  pandas first
from apps.catalog import services  # noqa: E402
from apps.catalog.models import CuratedList, ListEntry, Movie  # noqa: E402
from apps.reviews.models import Rating, RatingSummary  # noqa: E402
from tests.factories import make_movie, make_user  # noqa: E402

pytestmark = pytest.mark.usefixtures("stores")

NOBODY = 77_777


def told(outcomes: "pd.DataFrame") -> list[str]:
    return [f"{row.outcome}: {row.reason}" if row.reason else str(row.outcome) for row in outcomes.itertuples()]


# --- Titles ---------------------------------------------------------------------------------------


def test_what_was_read_and_is_written_back_is_unchanged():
    make_movie("Heat", runtime=170, countries=["US"], status="released")
    make_movie("Someday", release_date=None)
    assert told(analysis.save_titles(analysis.titles())) == ["unchanged", "unchanged"]
    assert set(Movie.objects.values_list("version", flat=True)) == {1}


def test_titles_are_created_and_changed_and_the_frame_s_index_comes_back():
    heat = make_movie("Heat", tagline="Stays.")
    rows = {
        "id": [heat.pk, None, NOBODY, None],
        "title": ["Heat!", "Ronin", "Gone", None],
        "release_date": [None, pd.Timestamp(1998, 9, 25), None, None],
        "keywords": [("heist", "city"), None, None, None],
    }
    frame = pd.DataFrame(rows, index=list("abcd"))
    outcomes = analysis.save_titles(frame, by=7)
    assert told(outcomes) == [
        "updated", "created", f"failed: id: There is no movie {NOBODY}.", "failed: title: This field cannot be blank."
    ]  # fmt: skip
    assert list(outcomes.index) == list("abcd")
    heat.refresh_from_db()
    assert (heat.title, heat.tagline, heat.keywords, heat.release_date) == ("Heat!", "Stays.", ["heist", "city"], None)
    assert (heat.is_locked("title"), heat.origins["title"]["by"]) == (True, 7)
    ronin = Movie.objects.get(pk=outcomes.loc["b", "id"])
    assert (ronin.release_day, ronin.keywords) == (19980925, [])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("runtime", 120.5, "runtime: 120.5 is not a whole number."),
        ("runtime", "long", "runtime: 'long' is not a whole number."),
        ("release_date", "soon", "release_date: “soon” value has an invalid date format."),
        ("genre_ids", [NOBODY], f"genre_ids: There is no genre {NOBODY}."),
        ("keywords", "heist", "keywords: 'heist' is not a JSON list."),
        ("status", "lost", "status: Value 'lost' is not a valid choice."),
    ],
)
def test_a_value_that_is_not_acceptable_fails_its_row(column, value, reason):
    heat, ronin = make_movie("Heat"), make_movie("Ronin")
    frame = pd.DataFrame({"id": [heat.pk, ronin.pk], column: [value, None], "tagline": "New."})
    first, second = told(analysis.save_titles(frame))
    assert first.startswith(f"failed: {reason}")
    assert second == "updated"


def test_a_column_that_cannot_be_written_is_refused_before_anything_is():
    with pytest.raises(ValueError, match=r"^There is no column 'sort_title' to write\. There are id, kind, title, "):
        analysis.save_titles(pd.DataFrame({"title": ["Heat"], "sort_title": ["heat"]}))
    assert not Movie.objects.exists()


def test_a_dry_run_of_titles_tells_the_same_and_writes_nothing():
    heat = make_movie("Heat")
    frame = pd.DataFrame({"id": [heat.pk, None, None], "title": ["Heat!", "Ronin", ""]})
    dry = analysis.save_titles(frame, dry_run=True)
    assert list(Movie.objects.values_list("title", flat=True)) == ["Heat"]
    assert dry["id"].to_list() == [heat.pk, pd.NA, pd.NA]
    assert told(dry) == told(analysis.save_titles(frame))
    assert Movie.objects.count() == 2


# --- Ratings --------------------------------------------------------------------------------------


def test_ratings_are_set_and_summarised():
    heat, ada, bob = make_movie("Heat"), make_user(), make_user()
    frame = pd.DataFrame(
        {"user_id": [ada.pk, ada.pk, bob.pk, NOBODY, bob.pk, bob.pk], "movie_id": heat.pk, "value": [7, 8, 7, 7, 7, 11]}
    )
    dry = analysis.save_ratings(frame, dry_run=True)
    assert not Rating.objects.exists()
    assert list(dry["outcome"][:3]) == ["created"] * 3
    assert told(analysis.save_ratings(frame)) == [
        "created",
        "updated",
        "created",
        f"failed: user_id: There is no user {NOBODY}.",
        "unchanged",
        "failed: value: A rating is a whole number of half-stars from 1 to 10.",
    ]
    assert RatingSummary.objects.get(pk=heat.pk).total == 15


def test_what_the_service_refuses_fails_with_its_words():
    frame = pd.DataFrame({"user_id": [make_user().pk], "movie_id": [NOBODY], "value": [7]})
    assert told(analysis.save_ratings(frame)) == [f"failed: There is no movie {NOBODY}."]
    services.setting_set(name="reviews_open", value=False)
    assert told(analysis.save_ratings(frame))[0].startswith("failed: ")


def test_ids_that_are_none_fail_their_rows():
    frame = pd.DataFrame({"user_id": ["x", None], "movie_id": [1, 2], "value": [7, 7]})
    assert told(analysis.save_ratings(frame)) == [
        "failed: user_id: 'x' is not a whole number.", "failed: user_id: nan is not a whole number."
    ]  # fmt: skip
    entries = pd.DataFrame({"movie_id": ["x", make_movie().pk], "rank": [1, -1]})
    assert told(analysis.save_list("Best", entries, dry_run=True)) == [
        "failed: movie_id: 'x' is not a whole number.",
        "failed: rank: Ensure this value is greater than or equal to 0.",
    ]


def test_a_column_that_is_missing_is_named():
    with pytest.raises(ValueError, match="The column 'value' is missing"):
        analysis.save_ratings(pd.DataFrame({"user_id": [1], "movie_id": [1]}))


# --- Lists ----------------------------------------------------------------------------------------


def test_a_list_has_what_the_frame_has_in_its_order():
    one, two, three = (make_movie(name) for name in ("One", "Two", "Three"))
    first = pd.DataFrame({"movie_id": [two.pk, one.pk, NOBODY, two.pk]})
    assert told(analysis.save_list("My Best", first)) == [
        "created",
        "created",
        f"failed: movie_id: There is no movie {NOBODY}.",
        f"failed: movie_id: Movie {two.pk} is given more than once.",
    ]
    second = pd.DataFrame({"movie_id": [two.pk, three.pk, one.pk], "rank": [1, 2, 3], "year": [None, 1995, None]})
    assert told(analysis.save_list("My best", second, by=7)) == ["unchanged", "created", "updated"]
    assert list(analysis.entries("my-best").index) == [two.pk, three.pk, one.pk]
    assert CuratedList.objects.get().origins["entries"]["by"] == 7
    version = CuratedList.objects.get().version
    assert set(analysis.save_list("My best", analysis.entries("my-best"))["outcome"]) == {"unchanged"}
    assert CuratedList.objects.get().version == version


def test_rows_that_all_fail_leave_a_list_as_it_is():
    movie = make_movie()
    analysis.save_list("Best", pd.DataFrame({"movie_id": [movie.pk]}))
    assert set(analysis.save_list("Best", pd.DataFrame({"movie_id": [NOBODY]}))["outcome"]) == {"failed"}
    assert list(analysis.entries("best").index) == [movie.pk]
    analysis.save_list("Best", pd.DataFrame({"movie_id": []}))
    assert analysis.entries("best").empty


def test_a_dry_run_of_a_list_writes_nothing():
    movie = make_movie()
    dry = analysis.save_list("Best", pd.DataFrame({"movie_id": [movie.pk]}), dry_run=True)
    assert told(dry) == ["created"]
    assert not CuratedList.objects.exists()
    assert not ListEntry.objects.exists()

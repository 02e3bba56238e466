import pytest

from apps.accounts.models import User
from apps.catalog.services import setting_set
from apps.reviews import services
from apps.reviews.models import RatingSummary, Review
from tests.api.conftest import ANY_VERSION, counted_queries
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")


def write(user: User, movie, body: str = "Fine.") -> Review:
    return services.review_create(user_id=user.pk, movie_id=movie.pk, body=body)


def test_a_member_reviews_a_movie_once(signed_in, member, heat):
    url = f"/api/v1/movies/{heat.pk}/reviews/"
    response = signed_in.post(url, {"title": "Great", "body": "All of it."})
    assert response.status_code == 201
    assert signed_in.get(response["Location"]).json() == response.json()
    assert response.json()["author"] == {"id": member.pk, "handle": "member", "name": "member"}
    assert response.json()["movie"] == {"id": heat.pk, "title": "Heat"}
    again = signed_in.post(url, {"body": "Once more."})
    assert again.status_code == 409
    assert again.json()["type"] == "/api/problems/already-reviewed/"
    assert Review.objects.count() == 1


def test_nobody_reviews_without_signing_in(api, heat):
    response = api.post(f"/api/v1/movies/{heat.pk}/reviews/", {"body": "Fine."})
    assert response.status_code == 401
    assert response["WWW-Authenticate"]


def test_a_movie_that_there_is_not_has_no_reviews(signed_in):
    assert signed_in.post("/api/v1/movies/999/reviews/", {"body": "Fine."}).status_code == 404
    assert signed_in.get("/api/v1/movies/999/reviews/").status_code == 404


def test_curators_close_reviews_and_ratings(signed_in, heat):
    setting_set(name="reviews_open", value=False)
    for response in (
        signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/", {"body": "Fine."}),
        signed_in.put(f"/api/v1/movies/{heat.pk}/rating/", {"value": 7}),
    ):
        assert response.status_code == 403
        assert response.json()["type"] == "/api/problems/reviews-closed/"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/body"),
        ({"body": ""}, "/body"),
        ({"body": 5.5, "title": "x" * 201}, "/title"),
        ({"body": "ok", "user_id": 1}, "/user_id"),
        ({"body": "ok", "id": 1}, "/id"),
        ({"body": "x" * 20_001}, "/body"),
        ([1], ""),
    ],
)
def test_an_unacceptable_review_is_422_with_a_pointer(signed_in, heat, body, pointer):
    response = signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/", body)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert not Review.objects.exists()


def test_an_author_changes_and_deletes_a_review(signed_in, member, heat):
    review = write(member, heat)
    url = f"/api/v1/reviews/{review.pk}/"
    changed = signed_in.patch(url, {"title": "On second thoughts"}, headers={"If-Match": signed_in.get(url)["ETag"]})
    assert changed.status_code == 200
    assert (changed.json()["title"], changed.json()["body"]) == ("On second thoughts", "Fine.")
    assert signed_in.delete(url, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert signed_in.get(url).status_code == 404
    assert signed_in.delete(url, headers=ANY_VERSION).status_code == 404


def test_only_the_author_writes(api, somebody_else, curator, member, heat):
    url = f"/api/v1/reviews/{write(member, heat).pk}/"
    for method in ("patch", "delete"):
        assert getattr(api, method)(url, {"body": "x"}).status_code == 401
        refused = getattr(somebody_else, method)(url, {"body": "x"}, headers=ANY_VERSION)
        assert refused.status_code == 403
        assert refused.json()["detail"] == "Only its author can change this."
    assert api.get(url).json()["body"] == "Fine."


def test_reviews_are_filtered_by_movie_and_author(api, member, heat):
    other_movie, other = make_movie("Ali"), make_user("other")
    write(member, heat, "a"), write(other, heat, "b"), write(member, other_movie, "c")

    def bodies(path: str, **filters: object) -> list[str]:
        return [row["body"] for row in api.get(f"/api/v1/{path}", filters).json()["results"]]

    assert bodies("reviews/") == ["c", "b", "a"]
    assert bodies("reviews/", ordering="created_at") == ["a", "b", "c"]
    assert bodies("reviews/", movie=heat.pk) == bodies(f"movies/{heat.pk}/reviews/") == ["b", "a"]
    assert bodies("reviews/", author="Member") == bodies("reviews/", author_id=member.pk) == ["c", "a"]
    assert bodies("reviews/", author="nobody") == []
    assert bodies("reviews/", movie=f"{heat.pk}|{other_movie.pk}", author="other") == ["b"]
    assert api.get("/api/v1/reviews/", {"movie": f"{heat.pk},{other_movie.pk}"}).status_code == 422


def test_a_page_of_reviews_reads_handles_and_titles_once(api):
    for _ in range(6):
        write(make_user(), make_movie())
    with counted_queries() as numbers:
        rows = api.get("/api/v1/reviews/").json()["results"]
    assert all(row["author"]["handle"] and row["movie"]["title"] for row in rows)
    assert numbers == {"default": 1, "reviews": 1, "catalog": 1, "profiles": 0}


def test_a_rater_from_a_data_set_has_no_handle(api, heat):
    services.review_create(user_id=-7, movie_id=heat.pk, body="Imported.")
    (row,) = api.get(f"/api/v1/movies/{heat.pk}/reviews/").json()["results"]
    assert row["author"] == {"id": -7, "handle": None, "name": None}


def test_a_rating_is_given_changed_and_taken_back(signed_in, heat):
    url = f"/api/v1/movies/{heat.pk}/rating/"
    assert signed_in.get(url).status_code == 404
    assert signed_in.put(url, {"value": 9}).status_code == 201
    assert signed_in.put(url, {"value": 7}).status_code == 200
    assert signed_in.get(url).json()["value"] == 7
    assert signed_in.delete(url).status_code == 204
    assert signed_in.delete(url).status_code == 404
    assert signed_in.put("/api/v1/movies/999/rating/", {"value": 9}).status_code == 404


def test_taking_back_a_rating_that_never_was_leaves_nothing_behind(signed_in):
    assert signed_in.delete("/api/v1/movies/999/rating/").status_code == 404
    assert not RatingSummary.objects.exists()


@pytest.mark.parametrize("value", [0, 11, -1, 4.5, "many", None, [7]])
def test_a_rating_is_one_to_ten_half_stars(signed_in, heat, value):
    response = signed_in.put(f"/api/v1/movies/{heat.pk}/rating/", {"value": value})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/value"


def test_a_rating_is_ones_own(api, signed_in, somebody_else, heat):
    url = f"/api/v1/movies/{heat.pk}/rating/"
    signed_in.put(url, {"value": 9})
    assert somebody_else.get(url).status_code == 404
    assert api.get(url).status_code == 401


def test_everybody_sees_what_ratings_come_to(api, signed_in, somebody_else, heat):
    url = f"/api/v1/movies/{heat.pk}/rating-summary/"
    nobody_yet = {"movie_id": heat.pk, "count": 0, "average": None, "distribution": [0] * 10}
    assert api.get(url).json() == nobody_yet
    signed_in.put(f"/api/v1/movies/{heat.pk}/rating/", {"value": 9})
    somebody_else.put(f"/api/v1/movies/{heat.pk}/rating/", {"value": 6})
    answer = api.get(url).json()
    assert (answer["count"], answer["average"]) == (2, 3.75)
    assert answer["distribution"] == [0, 0, 0, 0, 0, 1, 0, 0, 1, 0]
    assert api.get("/api/v1/movies/999/rating-summary/").status_code == 404


def test_a_member_sees_their_own_ratings_and_reviews(signed_in, somebody_else, member, heat):
    movies = [heat, make_movie("Ali")]
    for number, movie in enumerate(movies, 5):
        signed_in.put(f"/api/v1/movies/{movie.pk}/rating/", {"value": number})
        write(member, movie)
    somebody_else.put(f"/api/v1/movies/{heat.pk}/rating/", {"value": 1})

    with counted_queries() as numbers:
        ratings = signed_in.get("/api/v1/me/ratings/").json()["results"]
    assert [(row["movie"]["title"], row["value"]) for row in ratings] == [("Ali", 6), ("Heat", 5)]
    assert (numbers["reviews"], numbers["catalog"]) == (1, 1)
    reviews = signed_in.get("/api/v1/me/reviews/").json()["results"]
    assert [row["movie"]["title"] for row in reviews] == ["Ali", "Heat"]
    assert reviews[0]["author"] == {"id": member.pk, "handle": "member", "name": "member"}


def test_reading_reviews_asks_nobody_who_they_are(signed_in, heat):
    with counted_queries() as numbers:
        signed_in.get(f"/api/v1/movies/{heat.pk}/reviews/")
        signed_in.get(f"/api/v1/movies/{heat.pk}/rating-summary/")
    assert numbers["default"] == 0

import pytest
from apps.catalog.models import Movie
from apps.reviews import services
from apps.reviews.selectors import summary_of
from tests.factories import make_genre, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")


def test_a_movie_is_found_by_its_lists(member):
    g = make_genre("Crime"); p = make_person("Al Pacino")
    m = make_movie("Heat", genre_ids=[g.pk], countries=["US"], cast=[{"person_id": p.pk, "name": p.name, "character": "Hanna"}])
    assert Movie.objects.get(genre_ids__has=g.pk) == m
    assert Movie.objects.get(cast_ids__has_any=[p.pk, 77]) == m
    assert Movie.objects.get(countries__has_all=["US"]) == m
    assert not Movie.objects.filter(countries__has_all=["US", "DE"]).exists()
    assert Movie.objects.count() == 1
    services.rating_set(user_id=member.pk, movie_id=m.pk, value=9)
    services.rating_set(user_id=member.pk, movie_id=m.pk, value=7)
    assert summary_of(m.pk).distribution == [0]*6+[1]+[0]*3

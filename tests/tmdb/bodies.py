"""Bodies as TMDB answers them, with everything that is asked for along with them."""

from typing import Any


def movie(number: int = 949, title: str = "Heat", **values: Any) -> dict[str, Any]:
    return {
        "adult": False,
        "backdrop_path": "/back.jpg",
        "belongs_to_collection": None,
        "budget": 60_000_000,
        "genres": [{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}],
        "homepage": "",
        "id": number,
        "imdb_id": None,
        "origin_country": ["US"],
        "original_language": "en",
        "original_title": title,
        "overview": "A thief, a policeman, Los Angeles.",
        "popularity": 35.2,
        "poster_path": "/poster.jpg",
        "production_companies": [{"id": 508, "logo_path": None, "name": "Regency", "origin_country": "US"}],
        "production_countries": [{"iso_3166_1": "US", "name": "United States of America"}],
        "release_date": "1995-12-15",
        "revenue": 0,
        "runtime": 170,
        "spoken_languages": [{"english_name": "English", "iso_639_1": "en", "name": "English"}],
        "status": "Released",
        "tagline": "A Los Angeles crime saga",
        "title": title,
        "video": False,
        "vote_average": 7.9,
        "vote_count": 7000,
        "credits": {
            "cast": [
                credited(380, "Robert De Niro", character="Neil McCauley", order=1),
                credited(1158, "Al Pacino", character="Vincent Hanna", order=0),
            ],
            "crew": [credited(638, "Michael Mann", department="Directing", job="Director")],
        },
        "keywords": {"keywords": [{"id": 1, "name": "robbery"}]},
        "alternative_titles": {"titles": [{"iso_3166_1": "DE", "title": "Hitze", "type": ""}]},
        "translations": {"translations": [translation("de", "DE", title="Heat", overview="Ein Dieb.", tagline="")]},
        "release_dates": {"results": [{"iso_3166_1": "US", "release_dates": [release("R", "1995-12-15", 3)]}]},
        "videos": {"results": [video("abc")]},
        "images": {"posters": [image("/other.jpg"), image("/poster.jpg", "en")], "backdrops": [], "logos": []},
        "external_ids": {"imdb_id": None, "wikidata_id": f"Q{number}", "facebook_id": None},
    } | values


def show(number: int = 1396, name: str = "Breaking Bad", **values: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "original_name": name,
        "created_by": [credited(66633, "Vince Gilligan")],
        "episode_run_time": [47],
        "first_air_date": "2008-01-20",
        "last_air_date": "2013-09-29",
        "genres": [{"id": 18, "name": "Drama"}],
        "networks": [{"id": 174, "name": "AMC", "logo_path": None, "origin_country": "US"}],
        "number_of_episodes": 62,
        "number_of_seasons": 5,
        "origin_country": ["US"],
        "original_language": "en",
        "overview": "A chemistry teacher.",
        "popularity": 300,
        "production_companies": [],
        "production_countries": [],
        "spoken_languages": [],
        "status": "Ended",
        "vote_average": 8.9,
        "vote_count": 10_000,
        "credits": {"cast": [credited(17419, "Bryan Cranston", character="Walter White", order=0)], "crew": []},
        "keywords": {"results": [{"id": 2, "name": "chemistry"}]},
        "alternative_titles": {"results": [{"iso_3166_1": "HU", "title": "Totál szívás", "type": ""}]},
        "translations": {"translations": [translation("de", "DE", name="Breaking Bad", overview="Ein Lehrer.")]},
        "content_ratings": {"results": [{"descriptors": [], "iso_3166_1": "US", "rating": "TV-MA"}]},
        "videos": {"results": []},
        "images": {"posters": [], "backdrops": [], "logos": []},
        "external_ids": {"imdb_id": "tt0903747", "tvdb_id": 81189, "wikidata_id": "Q1079"},
    } | values


def person(number: int = 1158, name: str = "Al Pacino", **values: Any) -> dict[str, Any]:
    return {
        "also_known_as": ["Алфредо Пачино"],
        "biography": "An actor.",
        "birthday": "1940-04-25",
        "deathday": None,
        "homepage": None,
        "id": number,
        "imdb_id": "nm0000199",
        "known_for_department": "Acting",
        "name": name,
        "place_of_birth": "New York City",
        "popularity": 30.5,
        "profile_path": "/al.jpg",
        "images": {"profiles": [image("/al.jpg")]},
        "external_ids": {"imdb_id": "nm0000199", "wikidata_id": "Q41163"},
    } | values


def collection(number: int = 264, name: str = "Back to the Future Collection", **values: Any) -> dict[str, Any]:
    pictures = {"posters": [image("/series.jpg", "en")], "backdrops": []}
    texts = {"name": name, "overview": "Through time.", "poster_path": "/series.jpg", "backdrop_path": None}
    return {"id": number, "parts": [], "images": pictures} | texts | values


def credited(number: int, name: str, **values: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "credit_id": f"c{number}", "gender": 0, "profile_path": None} | values


def translation(language: str, country: str, **data: str) -> dict[str, Any]:
    return {"iso_639_1": language, "iso_3166_1": country, "name": "", "english_name": "", "data": data}


def release(certification: str, day: str, kind: int) -> dict[str, Any]:
    moment = f"{day}T00:00:00.000Z"
    return {"certification": certification, "release_date": moment, "type": kind, "iso_639_1": "", "note": ""}


def video(key: str, **values: Any) -> dict[str, Any]:
    return {
        "iso_639_1": "en",
        "iso_3166_1": "US",
        "name": "Trailer",
        "key": key,
        "site": "YouTube",
        "size": 1080,
        "type": "Trailer",
        "official": True,
        "published_at": "2010-06-16 23:26:16 UTC",
        "id": "54b36eb9c3a3680939006425",
    } | values


def image(path: str, language: str | None = None) -> dict[str, Any]:
    return {"file_path": path, "iso_639_1": language, "width": 1000, "height": 1500, "aspect_ratio": 0.667}

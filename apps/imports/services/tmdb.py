"""One title as TMDB has it now."""

from apps.catalog.loading import Loaded
from apps.imports.tmdb.client import TmdbError, client
from apps.imports.tmdb.loading import Fetching, Loading
from apps.imports.tmdb.wanted import Asked, Wanted


def fetch_movie(*, tmdb_id: int, is_show: bool = False, language: str = Asked.language) -> Loaded:
    """Bring a film or a show up to date, or make it. What a curator has locked stays. Raises TmdbError.

    What becomes of it is counted, and what cannot be used of it told, as of any other load.
    """
    loaded = Loaded()
    fetching = Fetching(client(), language)
    try:
        Loading(loaded, fetching).load(fetching.fetch([Wanted("tv" if is_show else "movie", tmdb_id)]))
    finally:
        fetching.close()
    if loaded.counts["movies"].failed:
        raise TmdbError(f"{loaded.problems[-1]}.")
    return loaded

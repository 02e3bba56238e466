"""The real data sets, each read once."""

from functools import cache

import pytest

from apps.imports.sources import demo as demo_source
from apps.imports.sources import netflix as netflix_source
from apps.imports.sources import tmdb5000 as tmdb5000_source
from seed import demo as demo_seed
from tests.imports import movielens_files, netflix_files, tmdb5000_files

MISSING = "needs the TMDB 5000 and the Netflix data set in ../shared/data"
needs_both = pytest.mark.skipif(not (tmdb5000_files.SHARED.exists() and netflix_files.SHARED.exists()), reason=MISSING)
needs_tmdb5000 = pytest.mark.skipif(not tmdb5000_files.SHARED.exists(), reason=tmdb5000_files.MISSING)
needs_netflix = pytest.mark.skipif(not netflix_files.SHARED.exists(), reason=netflix_files.MISSING)
needs_movielens = pytest.mark.skipif(not movielens_files.SHARED.exists(), reason=movielens_files.MISSING)


@cache
def demo() -> demo_source.Demo:
    return demo_source.read(demo_seed.FOLDER)


@cache
def tmdb5000() -> tmdb5000_source.Tmdb5000:
    return tmdb5000_source.read([tmdb5000_files.SHARED])


@cache
def netflix() -> netflix_source.Netflix:
    return netflix_source.read([netflix_files.SHARED])

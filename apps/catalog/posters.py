"""A title's poster: that of a source, and where there is none a drawn one, made of its title, year and a colour."""

import textwrap
import unicodedata
from collections.abc import Iterable
from zlib import crc32

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from apps.catalog.images import url_of
from apps.catalog.models import Movie

# As many as fit.
_CHARACTERS, _WIDE_CHARACTERS, _LINES = 13, 7, 6


def poster_url(movie: Movie, size: str = "w185") -> str | None:
    return picture_url(movie.images, "poster", size)


def picture_url(images: Iterable[dict], kind: str, size: str) -> str | None:
    """The first picture of a kind."""
    addresses = (url_of(image, size) for image in images if image["type"] == kind)
    return next((address for address in addresses if address), None)


def drawn_url(movie: Movie) -> str:
    """Another one for another version of the title, so that browsers may keep it."""
    return f"{reverse('poster', args=[movie.pk])}?v={movie.version}"


@require_safe
@cache_control(public=True, max_age=86_400)
@conditional_page
def drawn(request: HttpRequest, movie_id: int) -> HttpResponse:
    movie = Movie.objects.filter(pk=movie_id).only("title", "release_year").first()
    if movie is None:
        raise Http404
    title = _shown(movie.title)
    context = {"title": title, "lines": _lines(title), "year": movie.release_year, "hue": crc32(title.encode()) % 360}
    return render(request, "catalog/poster.svg", context, content_type="image/svg+xml")


def _shown(title: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(char for char in title if not unicodedata.category(char).startswith("C"))


def _lines(title: str) -> list[str]:
    is_wide = any(unicodedata.east_asian_width(char) in "WF" for char in title)
    width = _WIDE_CHARACTERS if is_wide else _CHARACTERS
    return textwrap.wrap(title, width, max_lines=_LINES, placeholder="…")

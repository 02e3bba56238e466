"""The parts of a title that are long: each read by itself, and replaced as a whole."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, selectors, services
from apps.catalog.api.serializers import parts
from apps.catalog.api.views.base import CuratedMixin, changed, stored, there
from apps.catalog.models import Movie
from movieverse.api.views import ApiView


class MoviePart(CuratedMixin, ApiView):
    """Its version is the title's: a part is a fact of it like any other."""

    cached = cache.MOVIE_PART
    versioned = True
    actions = {"PUT": "change"}
    written = Movie

    def get(self, request: Request, movie_id: int) -> Response:
        movie = selectors.movie_with(movie_id, self.serializer_class.Meta.fields)
        return self.answer(there(movie, "movie", movie_id))

    def put(self, request: Request, movie_id: int) -> Response:
        """Replace all of them. They are locked: data sets leave them alone."""
        movie = stored(Movie, movie_id)
        changes = self.given(self.serializer_class(movie, data=request.data))
        services.movie_save(movie=changed(movie, changes), by=request.user.pk, version=self.version_seen(movie))
        return self.get(request, movie_id)


class MovieCredits(MoviePart):
    """Who plays in a title, in billing order, and who made it."""

    serializer_class = parts.CreditsSerializer


class MovieImages(MoviePart):
    """A title's posters, backdrops, logos and stills."""

    serializer_class = parts.ImagesSerializer


class MovieVideos(MoviePart):
    """A title's trailers and other videos."""

    serializer_class = parts.VideosSerializer


class MovieTranslations(MoviePart):
    """A title's texts in other languages."""

    serializer_class = parts.TranslationsSerializer


class MovieAlternativeTitles(MoviePart):
    """What else a title is called."""

    serializer_class = parts.AlternativeTitlesSerializer


class MovieReleases(MoviePart):
    """When a title came out where, and from which age on."""

    serializer_class = parts.ReleasesSerializer


class MovieAwards(MoviePart):
    """What a title was nominated for, and what it won."""

    serializer_class = parts.AwardsSerializer

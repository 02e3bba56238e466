"""Members' pictures, wherever the media storage has them."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.profiles.models import Profile
from apps.profiles.services.pictures import path_of, token_of
from movieverse.exceptions import StoreUnavailable

_YEAR = 31_536_000  # seconds
_INERT = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


def picture_url(profile: Profile) -> str | None:
    """Of the uploaded picture, from our root on; else of the one elsewhere."""
    if profile.picture:
        return reverse("picture", args=[token_of(profile.picture)])
    return profile.picture_url or None


@require_safe
@cache_control(public=True, max_age=_YEAR, immutable=True)
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """Another picture has another address, so who has this one need not ask again."""
    try:
        with default_storage.open(path_of(token)) as file:
            return HttpResponse(file.read(), content_type="image/webp", headers=_INERT)
    except FileNotFoundError:
        raise Http404 from None
    except Exception as error:
        raise StoreUnavailable("media", "MEDIA_STORAGE_URL", error) from error

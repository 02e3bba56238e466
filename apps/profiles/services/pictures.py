"""Pictures that members upload: told by their content, and never stored as they came."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import PurePosixPath
from threading import BoundedSemaphore

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

import movieverse
from apps.profiles.models import Profile
from apps.profiles.services.storing import forget_file, locked, store
from movieverse.exceptions import DomainError, StoreUnavailable

MOST_BYTES = 5 * 1024 * 1024

_KINDS = ("JPEG", "PNG", "WEBP", "GIF")
_MOST_PIXELS = 25_000_000
_SIDE = 512

# One at a time, and always in the same thread: the biggest takes 400 MB, which each thread would keep for itself.
_decoder = ThreadPoolExecutor(1, "pictures")
_places = BoundedSemaphore(2)  # for one that is decoded and one that waits; others would hold threads of requests


class Busy(DomainError):
    status = 503
    code = "busy"
    detail = "Other pictures are being looked at. Send this one again in a moment."
    wait = 2


def path_of(token: str) -> str:
    """Where the media storage has a picture."""
    return f"pictures/{token}.webp"


def token_of(path: str) -> str:
    return PurePosixPath(path).stem


def picture_set(*, user_id: int, content: bytes, version: int | None = None) -> Profile:
    """Show this picture; the one before goes.

    Raises ValidationError for what is no picture, Busy where two others are on their way, and VersionConflict as
    `profile_update` does.
    """
    name = _kept(_in_turn(content))
    try:
        profile, before = _record(user_id, name, version)
    except StoreUnavailable:  # which may have recorded it nevertheless
        raise
    except BaseException:
        forget_file(name)
        raise
    forget_file(before)
    return profile


def picture_remove(*, user_id: int, version: int | None = None) -> Profile:
    profile, before = _record(user_id, "", version)
    forget_file(before)
    return profile


@movieverse.atomic("profiles")
def _record(user_id: int, name: str, version: int | None) -> tuple[Profile, str]:
    """The profile, and the name of the picture that it had."""
    profile = locked(user_id, version)
    before = profile.picture
    return store(profile, {"picture": name}), before


def _kept(content: bytes) -> str:
    try:
        return default_storage.save(path_of(secrets.token_hex(16)), ContentFile(content))
    except Exception as error:
        raise StoreUnavailable("media", "MEDIA_STORAGE_URL", error) from error


def _in_turn(content: bytes) -> bytes:
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        return _decoder.submit(_reencoded, content).result()
    finally:
        _places.release()


def _reencoded(content: bytes) -> bytes:
    """As WebP of at most 512 by 512, with nothing but what can be seen of the first frame."""
    try:
        with Image.open(BytesIO(content), formats=_KINDS) as image:
            return _encoded(image)
    except ValidationError:
        raise
    except Image.UnidentifiedImageError:
        raise ValidationError(f"This is no picture of a kind that is taken: {', '.join(_KINDS)}.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:
        raise ValidationError("This picture is broken, or only a part of it: it cannot be read to its end.") from error


def _encoded(image: Image.Image) -> bytes:
    if image.width * image.height > _MOST_PIXELS:
        raise _too_many_pixels()
    image.draft("RGB", (2 * _SIDE, 2 * _SIDE))  # of a JPEG no more is decoded than is needed
    shown = _in_colour(image)
    shown.thumbnail((_SIDE, _SIDE))
    ImageOps.exif_transpose(shown, in_place=True)
    shown.info = {}  # where it was taken, by what and by whom
    encoded = BytesIO()
    shown.save(encoded, "WEBP", quality=85)
    return encoded.getvalue()


def _in_colour(image: Image.Image) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode.startswith("I;16"):  # which `convert` would cut off at 255
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode == mode else image.convert(mode)


def _too_many_pixels() -> ValidationError:
    return ValidationError(f"A picture has at most {_MOST_PIXELS // 1_000_000} megapixels.")

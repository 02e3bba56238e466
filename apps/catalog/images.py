"""Where pictures are to be had: the addresses and sizes of each source that titles, people and series have images of.

Only paths are stored, so a source may move without a row being changed.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.catalog.selectors import setting
from movieverse.exceptions import StoreUnavailable

ORIGINAL = "original"


class ImageSource(NamedTuple):
    base_url: str  # an address is this, a size, and the image's path
    sizes: dict[str, tuple[str, ...]]  # by type of image, the smallest first


SOURCES = {
    "tmdb": ImageSource(
        "https://image.tmdb.org/t/p/",
        {
            "poster": ("w92", "w154", "w185", "w342", "w500", "w780", ORIGINAL),
            "backdrop": ("w300", "w780", "w1280", ORIGINAL),
            "logo": ("w45", "w92", "w154", "w185", "w300", "w500", ORIGINAL),
            "profile": ("w45", "w185", "h632", ORIGINAL),
            "still": ("w92", "w185", "w300", ORIGINAL),
        },
    )
}


def sources() -> dict[str, ImageSource]:
    """As they are now."""
    return {name: source._replace(base_url=_base_url(name)) for name, source in SOURCES.items()}


def _base_url(name: str) -> str:
    """As a setting of the site has it. While the catalogue is away, as it was."""
    try:
        return setting(f"{name}_image_address")
    except StoreUnavailable:
        return SOURCES[name].base_url


def url_of(image: Mapping[str, Any], size: str = ORIGINAL) -> str | None:
    """None for a source whose addresses nobody knows."""
    name = image["source"]
    return f"{_base_url(name)}{size}/{image['path'].lstrip('/')}" if name in SOURCES else None


def shown(images: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As they are stored, with the address of each in its full size."""
    return [{**image, "url": url_of(image)} for image in images]

"""Where TMDB keeps its pictures, which it may change: paths are all that its titles name."""

from collections.abc import Callable

from django.conf import settings

from apps.catalog import selectors
from apps.catalog.services import setting_set
from apps.imports.sources.tmdb.body import Body
from apps.imports.tmdb.client import Client, NotThere, Unanswered

SETTING = "tmdb_image_address"


def keep_address(client: Client, say: Callable[[str], None]) -> None:
    """As the site's setting. Not one that browsers would not load for us: it would make every picture a broken one."""
    try:
        body = client.get("configuration", {})
    except (NotThere, Unanswered):
        return
    address = Body(body, "", []).object("images").text("secure_base_url")
    if not address or address == selectors.setting(SETTING):
        return
    if address.endswith("/") and address.startswith(tuple(f"{origin}/" for origin in settings.IMAGE_ORIGINS)):
        setting_set(name=SETTING, value=address)
    else:
        say(f"TMDB says that its pictures are at {address!r}, from where pages here may not show any: not taken over.")

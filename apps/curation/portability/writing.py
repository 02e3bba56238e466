"""What a personal export holds: a JSON file for each part, files as they are, and README.txt that says what is what."""

import json
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from movieverse.personal import PARTS

_HEAD = """\
Everything that {site} has of you, as of {at:%Y-%m-%d %H:%M} UTC.

The JSON files are lists of objects, one for each row, under the names that it has in the store named by the folder.
Times are UTC. Movies are named by their ids: {site}/api/v1/movies/ID/. Passwords, keys and other secrets are left out:
nobody could do anything with them but be you.

"""


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        """Kept answers are bytes, each engine's own kind."""
        if isinstance(value, bytes | memoryview):
            return bytes(value).decode(errors="replace")
        return super().default(value)


def write(user_id: int, file: BinaryIO) -> None:
    """All rows of one member are in memory together, a part at a time: of what may be many there are limits."""
    lines = [_HEAD.format(site=settings.PUBLIC_URL, at=timezone.now())]
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        for part in PARTS.values():
            for name, content in part.files(user_id):
                zipped.writestr(f"{part.store}/{name}", content)
                lines.append(f"{part.store}/{name}: {part.about}\n")
            if rows := list(part.rows(user_id)):
                name = f"{part.store}/{part.name}.json"
                zipped.writestr(name, json.dumps(rows, cls=_Encoder, ensure_ascii=False, indent=2))
                lines.append(f"{name} ({len(rows)}): {part.about}\n")
        zipped.writestr("README.txt", "".join(lines))

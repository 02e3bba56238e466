"""A body that is a picture."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

from apps.profiles.services import MOST_BYTES


class PictureTooLarge(APIException):
    status_code = 413
    default_code = "content-too-large"
    default_detail = f"A picture has at most {MOST_BYTES:,} bytes."


class PictureParser(BaseParser):
    """The bytes as they are: of what kind they are, their content says. No more is read than may come."""

    media_type = "image/*"

    def parse(  # type: ignore[override]  # as JSON may be a list, too
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> bytes:
        content: bytes = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise PictureTooLarge
        return content


class AnyBytesParser(PictureParser):
    media_type = "application/octet-stream"

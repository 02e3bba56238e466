"""Pictures to upload."""

from io import BytesIO
from typing import Any

from PIL import Image

RED, BLUE = (200, 0, 0), (0, 0, 200)


def drawn(kind: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "RGB", **how: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    file = BytesIO()
    image.convert(mode).save(file, kind, **how)
    return file.getvalue()


def read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))

"""Uploaded pictures: what is taken, what is kept of it, and when its file goes."""

import struct
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from PIL import Image

from apps.profiles.selectors import profile_of
from apps.profiles.services import picture_remove, picture_set, pictures, profile_delete, profile_update
from movieverse.exceptions import StoreUnavailable, VersionConflict
from tests.profiles.drawing import drawn, read

pytestmark = pytest.mark.usefixtures("stores")


def files(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def kept(content: bytes) -> Image.Image:
    """What there is after it was uploaded."""
    return read(default_storage.open(picture_set(user_id=1, content=content).picture).read())


def is_like(pixel: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=False))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGBA"),
     ("GIF", "P")],
)  # fmt: skip
def test_each_kind_is_kept_as_webp(media, kind, mode):
    image = kept(drawn(kind, mode=mode))
    assert (image.format, image.size) == ("WEBP", (8, 8))


@pytest.mark.parametrize(
    ("size", "becomes"),
    [((2_000, 1_000), (512, 256)), ((300, 3_000), (51, 512)), ((512, 512), (512, 512)), ((1, 1), (1, 1))],
)
def test_it_keeps_its_shape_within_512_by_512(media, size, becomes):
    assert kept(drawn("JPEG", size=size)).size == becomes


def test_it_stands_upright_and_says_nothing_of_where_it_was_taken(media):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x8825] = 6, "my garden", {1: "N", 2: (48.0, 51.0, 29.0)}
    content = drawn("JPEG", size=(64, 32), exif=exif, comment=b"by me", icc_profile=b"x" * 200)
    assert b"my garden" in content
    image = kept(content)
    assert image.size == (32, 64)
    assert is_like(image.convert("RGB").getpixel((16, 8)), (200, 0, 0))  # the left is the top now
    assert is_like(image.convert("RGB").getpixel((16, 56)), (0, 0, 200))
    assert not image.getexif()
    assert set(image.info) <= {"loop", "background", "timestamp", "duration"}


def test_of_an_animation_the_first_frame_is_kept(media):
    file = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    image = kept(file.getvalue())
    assert getattr(image, "n_frames", 1) == 1
    assert is_like(image.convert("RGB").getpixel((4, 4)), (255, 0, 0))


def test_transparency_stays(media):
    assert kept(drawn("PNG", mode="RGBA")).mode in ("RGB", "RGBA")
    file = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")
    assert kept(file.getvalue()).convert("RGBA").getpixel((4, 4))[3] == 0


def test_a_grey_of_16_bits_stays_as_light_as_it_is(media):
    file = BytesIO()
    Image.new("I;16", (8, 8), 100 * 256).save(file, "PNG")
    assert is_like(kept(file.getvalue()).convert("RGB").getpixel((4, 4)), (100, 100, 100))


def test_one_is_decoded_at_a_time_one_waits_and_others_are_sent_away(monkeypatch):
    going_on, decoded = threading.Event(), []

    def decode(content: bytes) -> bytes:
        decoded.append(threading.current_thread().name)
        assert going_on.wait(5)
        return content

    monkeypatch.setattr(pictures, "_reencoded", decode)
    with ThreadPoolExecutor(2) as requests:
        taken = [requests.submit(pictures._in_turn, content) for content in (b"first", b"second")]
        while pictures._decoder._work_queue.empty():
            pass
        with pytest.raises(pictures.Busy):
            pictures._in_turn(b"third")
        going_on.set()
    assert [place.result() for place in taken] == [b"first", b"second"]
    assert decoded == ["pictures_0"] * 2
    assert pictures._in_turn(b"later") == b"later"


def _png_that_says(width: int, height: int) -> bytes:
    """Without its pixels: what it says of its size is believed first."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    checked = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + checked + struct.pack(">I", 100) + b"IDAT"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no picture of a kind"),
        (SVG, "no picture of a kind that is taken: JPEG, PNG, WEBP, GIF"),
        (b"<!doctype html><html>", "no picture of a kind"),
        (b"PK\x03\x04" + b"\0" * 60, "no picture of a kind"),
        (b"%PDF-1.7", "no picture of a kind"),
        (drawn("BMP"), "no picture of a kind"),
        (drawn("TIFF"), "no picture of a kind"),
        (drawn("JPEG", size=(400, 400))[:900], "broken"),
        (drawn("PNG", size=(400, 400))[:80], "broken"),
        (drawn("WEBP", size=(400, 400))[:80], "broken"),
        (drawn("GIF", size=(400, 400))[:60], "broken"),
        (drawn("PNG")[:40] + b"\xff" * 40, "no picture of a kind"),
        (_png_that_says(5_000, 5_001), "at most 25 megapixels"),
        (_png_that_says(10_000, 10_000), "at most 25 megapixels"),
        (_png_that_says(60_000, 60_000), "at most 25 megapixels"),
    ],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(media, content, why):
    with pytest.raises(ValidationError, match=why):
        picture_set(user_id=1, content=content)
    assert (profile_of(1).version, files(media)) == (0, [])


def test_whatever_is_broken_in_a_picture_is_refused_as_that(media):
    """Some byte of each is turned: it is a picture all the same, or refused."""
    for content in (drawn("JPEG"), drawn("PNG"), drawn("WEBP"), drawn("GIF")):
        for place in range(0, len(content), 7):
            broken = bytearray(content)
            broken[place] ^= 0x5A
            try:
                picture_set(user_id=1, content=bytes(broken))
            except ValidationError:
                continue


def test_a_script_behind_a_picture_is_not_kept(media):
    name = picture_set(user_id=1, content=drawn("GIF") + SVG).picture
    assert b"script" not in default_storage.open(name).read()


def test_the_next_picture_takes_the_place_of_the_one_before(media):
    first = picture_set(user_id=1, content=drawn()).picture
    second = picture_set(user_id=1, content=drawn()).picture
    assert first != second
    assert files(media) == [second]


def test_a_removed_picture_leaves_no_file_and_may_be_removed_again(media):
    picture_set(user_id=1, content=drawn())
    assert picture_remove(user_id=1).picture == picture_remove(user_id=1).picture == ""
    assert files(media) == []


def test_with_the_profile_goes_its_picture(media):
    picture_set(user_id=1, content=drawn())
    profile_delete(user_id=1)
    assert files(media) == []


def test_a_picture_that_could_not_be_recorded_leaves_no_file(media):
    profile_update(user_id=1, bio="Hello.")
    name = picture_set(user_id=1, content=drawn()).picture
    with pytest.raises(VersionConflict):
        picture_set(user_id=1, content=drawn(), version=1)
    assert (files(media), profile_of(1).picture) == ([name], name)


def test_without_the_media_storage_a_picture_is_refused_for_now(media, monkeypatch):
    monkeypatch.setattr(FileSystemStorage, "save", _refuse)
    with pytest.raises(StoreUnavailable, match="MEDIA_STORAGE_URL"):
        picture_set(user_id=1, content=drawn())
    assert profile_of(1).version == 0


def test_an_old_file_that_stays_keeps_nobody_from_another_picture(media, monkeypatch):
    first = picture_set(user_id=1, content=drawn()).picture
    monkeypatch.setattr(FileSystemStorage, "delete", _refuse)
    second = picture_set(user_id=1, content=drawn()).picture
    assert profile_of(1).picture == second
    assert files(media) == sorted([first, second])


def _refuse(*args: object) -> None:
    raise OSError("no such disk")

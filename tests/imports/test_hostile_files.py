"""Files that are no tables: refused with what to do, in little memory and time."""

import gzip
import io
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from apps.imports.sources.findings import findings_of
from apps.imports.sources.opening import LONGEST_LINE, SourceError, opened
from apps.imports.sources.tables import Row, cells_of, header_of, rows_of

MUCH = 300 << 20  # bytes: more than a reader may take


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as refusal:
        list(rows_of(path))
    return str(refusal.value).removeprefix(f"{path} ")


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped(), "is a ZIP archive, as a spreadsheet's own file is: save it as “CSV UTF-8”, or unpack it."),
        ("id,title\n1,Heat\n".encode("utf-16"), "is UTF-16 text: save it as UTF-8, in a spreadsheet as “CSV UTF-8”."),
        ("id,title\n1,Heat\n".encode("utf-16-le"), "is UTF-16 text: save it as UTF-8"),
        ("id,title\n1,Amélie\n".encode("latin-1"), "byte 0xe9 in line 2, as in Latin-1 (Windows-1252)."),
        (b"id,title\n1,\xff\xfe\xfd\xfc\xfb\n", "is not UTF-8 text: byte 0xff in line 2. Save it as UTF-8."),
        (b"id,title\n1,Heat\n2,\0\n", "is no text: there is a NUL byte in line 3."),
        (b"\x7fELF\x02\x01\x01" + bytes(9), "is no text: there is a NUL byte in line 1."),
        (b"%PDF-1.7\n", "is a PDF document."),
        (b"SQLite format 3\0", "is a SQLite database."),
        (gzip.compress(gzip.compress(b"id\n1\n")), "is packed twice: unpack it once."),
        (gzip.compress(zipped()), "is a ZIP archive"),
        (gzip.compress(b"id\n1\n" * 99)[:-9], "is a damaged gzip file: "),
        (b"id\n" + b"x" * (LONGEST_LINE + 1), "is no table: line 2 is longer than 1 MiB. A table has a row a line."),
        (b"id,\"" + b"x\n" * (5 << 20), "is not a CSV file: field larger than field limit"),
        (b"id," * 10_001 + b"\n", "is not a CSV file: the row that ends in line 1 has more than 10,000 cells."),
    ],
    ids=["zip", "utf-16", "utf-16 without mark", "latin-1", "no text", "nul", "binary", "pdf", "sqlite", "packed twice",
         "packed zip", "cut", "long line", "open quote", "many columns"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path, content, why):
    path = tmp_path / "titles.csv"
    path.write_bytes(content)
    assert why in refused(path)


def test_a_row_as_long_as_the_longest_is_read(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_bytes(b"id\n" + b"x" * (LONGEST_LINE - 1) + b"\n1\n")
    assert [len(row.cells["id"]) for row in rows_of(path) if isinstance(row, Row)] == [LONGEST_LINE - 1, 1]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_line_ends_in_any_usual_way(tmp_path, ends):
    path = tmp_path / "titles.csv"
    path.write_bytes(ends.join(["id", *("x" * 1_000 for _ in range(3_000))]).encode())
    assert len(list(rows_of(path))) == 3_000


def test_letters_of_several_bytes_may_lie_across_blocks(tmp_path):
    path = tmp_path / "titles.csv"
    text = "id\n" + "é€😀x\n" * 100_000
    path.write_text(text)
    with opened(path) as file:
        assert b"".join(iter(lambda: file.read(1_001), b"")).decode() == text


def bomb(head: bytes) -> Iterator[bytes]:
    """A hundred megabytes, packed into some hundred kilobytes."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    yield packer.compress(head)
    for _ in range(100):
        yield packer.compress(b"1,Heat\n" * 149_797)
    yield packer.flush()


READ = """
import sys
from pathlib import Path
from apps.imports.sources.tables import SourceError, header_of, rows_of
try:
    header_of(Path(sys.argv[1]))
    for row in rows_of(Path(sys.argv[1])): pass
except SourceError as error:
    print(error)
"""


def read_by_a_process_of_little_memory(path: Path) -> str:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MUCH, MUCH))

    command = [sys.executable, "-c", READ, str(path)]
    ended = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, preexec_fn=limit, check=True
    )
    return ended.stdout.removeprefix(f"{path} ").strip()


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_bytes(b"".join(bomb(b"id,title\n")))
    began = time.monotonic()
    assert read_by_a_process_of_little_memory(path) == "is packed to less than a 200th, as no table is: unpack it."
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("head", [b"", b"id,title\n"], ids=["from the start", "below a header"])
def test_a_line_of_two_gigabytes_is_refused_at_once(tmp_path, head):
    """The file has a hole: its bytes are NULs, but for letters as far as anybody should look."""
    path = tmp_path / "titles.csv"
    with path.open("wb") as file:
        file.write(head + b"x" * (2 * LONGEST_LINE))
        file.truncate(2 << 30)
    line = 1 + head.count(b"\n")
    told = read_by_a_process_of_little_memory(path)
    assert told == f"is no table: line {line} is longer than 1 MiB. A table has a row a line."


@pytest.mark.parametrize("head", [b"", b"id,title\n"], ids=["from the start", "below a header"])
def test_a_row_of_many_long_lines_is_refused_before_it_is_in_memory(tmp_path, head):
    path = tmp_path / "titles.csv"
    path.write_bytes(head + (b'"' + b"x" * 1000 + b'\n","y"') * 20_000)
    assert refused(path).startswith("is not a CSV file: the row around line ")
    assert refused(path).endswith(" is longer than 16 MiB.")


def test_packed_numbers_that_are_much_alike_are_no_bomb(tmp_path):
    path = tmp_path / "ratings.csv"
    rows = b"".join(b"%d,%d,4.0,964982703\n" % (number // 100, number % 100) for number in range(200_000))
    path.write_bytes(gzip.compress(b"userId,movieId,rating,timestamp\n" + rows * 5))
    assert sum(1 for _ in rows_of(path)) == 1_000_000


def test_what_is_unusual_is_noticed(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_bytes(gzip.compress("\ufeff;id;title;stars\r\n0;1;Heat;5\r\n".encode()))
    found = findings_of(path, {"titles": ("id", "title", "runtime")})
    assert [one.finding for one in found] == [
        *("byte-order-mark", "crlf", "separator", "index-column", "extra-columns", "packed")
    ]
    assert all(one.file == "titles.csv" and one.detail.endswith(".") and one.suggestion for one in found)
    path.write_text("id,title,runtime\n")
    assert findings_of(path, {"titles": ("id", "title", "runtime")}) == []


def test_cells_of_lines_are_found_whatever_is_lacking_or_too_many(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text('id,title\n1,"He\nat"\n2\n3,Ronin,1998,x\n')
    assert header_of(path) == ["id", "title"]
    assert dict(cells_of(path, {2, 4, 5, 77})) == {
        2: {"id": "1", "title": "He\nat"},
        4: {"id": "2", "title": ""},
        5: {"id": "3", "title": "Ronin", "+1": "1998", "+2": "x"},
    }

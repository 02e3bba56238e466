"""What is unusual about a table, and what its owner may do about it. All of this is read as it is."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from apps.imports.sources import old_tables
from apps.imports.sources.files import INDEX, likeness
from apps.imports.sources.headers import listed
from apps.imports.sources.opening import is_packed, opened
from apps.imports.sources.tables import header_of, separator_of

_HEAD = 1 << 16  # bytes in which the ends of lines are looked at

_SEPARATORS = {"\t": "tabs", ";": "semicolons"}


class Finding(NamedTuple):
    file: str
    finding: str  # for programs
    detail: str
    suggestion: str


def findings_of(path: Path, columns: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Of a file that is one of the tables whose columns are given. Raises SourceError if it cannot be read."""
    header, is_old = header_of(path), bool(old_tables.columns_of(path))
    with opened(path, "latin-1" if is_old else "utf-8") as file:
        head = file.read(_HEAD)
    found = [*_of_bytes(head), *_of_columns(header, columns)]
    if is_packed(path):
        found.append(("packed", "It is packed by gzip.", "It is unpacked while it is read."))
    return [Finding(path.name, *one) for one in found]


def _of_bytes(head: bytes) -> Iterator[tuple[str, str, str]]:
    if head.startswith(codecs.BOM_UTF8):
        yield "byte-order-mark", "It begins with a byte order mark.", "It is passed over: nothing need be done."
    if b"\r\n" in head:
        yield "crlf", "Its lines end as on Windows (CRLF).", "They are read all the same: nothing need be done."
    first_line = re.split(r"[\r\n]", head.decode("utf-8-sig", "replace"), maxsplit=1)[0]
    separator = separator_of(first_line)
    if first_line.endswith(separator):
        yield "trailing-separator", "Its lines end with a separator.", "The empty column is passed over."
    if separator in _SEPARATORS:
        named = _SEPARATORS[separator]
        yield "separator", f"There are {named} between its cells.", "If that is wrong, save it with commas."


def _of_columns(header: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    if header and header[0] in INDEX:
        yield "index-column", "Its first column numbers the rows.", "It is not used: it may be left out."
    if columns and (extra := likeness(columns, header).extra):
        yield "extra-columns", f"There is no use for the columns {listed(extra)}.", "They may be left out."

import gzip
from pathlib import Path

import pytest

from apps.catalog.records import Problem
from apps.imports.sources.tables import BadCell, Row, SourceError, header_of, read_rows, rows_of


def table(folder: Path, text: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def cells(path: Path) -> list[dict[str, str]]:
    return [row.cells for row in rows_of(path) if isinstance(row, Row)]


def problems(path: Path) -> list[str]:
    return [str(row) for row in rows_of(path) if isinstance(row, Problem)]


HEAT = [{"id": "949", "title": "Heat, the film"}]


@pytest.mark.parametrize(
    "text",
    [
        'id,title\n949,"Heat, the film"\n',
        'id,title\r\n949,"Heat, the film"\r\n',
        '\ufeffid,title\n949,"Heat, the film"\n',
        '\ufeff"id","title"\n"949","Heat, the film"',
        "id\ttitle\n949\tHeat, the film\n",
        "id;title\r\n949;Heat, the film\r\n",
        'id,title,\n949,"Heat, the film",\n',
        'id,title,,\n949,"Heat, the film"\n',
        'id,title\n949,"Heat, the film",,\n',
        'id,title\n\n,\n949,"Heat, the film"\n\n',
    ],
    ids=["plain", "crlf", "bom", "quoted", "tabs", "semicolons", "trailing", "in header", "in rows", "blank rows"],
)
def test_a_table_is_the_same_however_it_is_written(tmp_path, text):
    path = table(tmp_path, text)
    assert header_of(path) == ["id", "title"]
    assert cells(path) == HEAT
    assert problems(path) == []


def test_a_packed_table_is_read_as_well(tmp_path):
    assert cells(table(tmp_path, gzip.compress(b"id\ttitle\n949\tHeat, the film\n"))) == HEAT


def test_a_separator_within_a_name_of_the_header_separates_nothing(tmp_path):
    path = table(tmp_path, '"id;a;b;c",title\n1,Heat\n')
    assert cells(path) == [{"id;a;b;c": "1", "title": "Heat"}]


def test_the_header_alone_decides_what_separates(tmp_path):
    assert cells(table(tmp_path, "id,title\n1,a;b;c;d\n")) == [{"id": "1", "title": "a;b;c;d"}]


def test_a_column_without_a_name_may_come_first(tmp_path):
    assert cells(table(tmp_path, ",id\n0,949\n")) == [{"": "0", "id": "949"}]


def test_more_cells_than_the_header_has_are_a_problem_unless_they_are_empty(tmp_path):
    path = table(tmp_path, "id,title,\n1,Heat,1995\n2,Thief,\n")
    assert problems(path) == ["table.csv, line 2, column id: '1' begins a row of 3 cells; the header has 2"]
    assert cells(path) == [{"id": "2", "title": "Thief"}]


def test_an_empty_file_has_no_header_and_no_rows(tmp_path):
    path = table(tmp_path, "")
    assert (header_of(path), list(rows_of(path))) == ([], [])


def test_what_is_not_utf_8_is_refused(tmp_path):
    with pytest.raises(SourceError, match="is UTF-16 text: save it as UTF-8"):
        header_of(table(tmp_path, "id\ttitle".encode("utf-16")))


def test_rows_that_nothing_can_be_made_of_become_problems(tmp_path):
    found: list[Problem] = []
    path = table(tmp_path, "id\n1\nx\n1,2\n3\n")
    assert list(read_rows(path, lambda row: row.whole("id"), found)) == [1, 3]
    assert [(problem.place, problem.value) for problem in found] == [
        ("table.csv, line 3", "x"),
        ("table.csv, line 4", "1"),
    ]


def literals(cell: str) -> list[str]:
    return Row("", {"genres": cell}).literals("genres")


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("", []),
        ("[]", []),
        ("['drama']", ["drama"]),
        (" ['drama', \"it's\",] ", ["drama", "it's"]),
        (r"['caf\u00e9', 'a\'b']", ["café", "a'b"]),
    ],
)
def test_lists_as_python_writes_them_are_read(cell, texts):
    assert literals(cell) == texts


@pytest.mark.parametrize(
    "cell",
    [
        *("drama", "['drama'", "('drama',)", "{'drama'}", "{[]: 1}", "[1]", "[['drama']]", "[b'drama']", "None"),
        *("__import__('os')", "['a' + 'b']", "\0", "[" * 9_000, "-" * 9_000 + "1", "1+" * 4_999 + "1", "9" * 9_999),
    ],
    ids=lambda cell: cell[:20].replace("\0", "NUL"),
)
def test_anything_else_than_a_list_of_texts_is_a_bad_cell(cell):
    with pytest.raises(BadCell) as error:
        literals(cell)
    assert error.value.reason == "is not a list of texts such as ['crime', 'drama']"


def test_a_list_that_python_might_choke_on_is_not_tried():
    with pytest.raises(BadCell, match="is longer than 10,000 characters"):
        literals("[" * 1_000_000)

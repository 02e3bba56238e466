"""genome-scores.csv and genome-tags.csv: how well each of a thousand tags fits each film; the best ones are words."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from apps.catalog.records import Place, Problem
from apps.imports.sources.blocks import blocks, in_columns
from apps.imports.sources.tables import BadCell, Row, header_of, read_rows, separator_of

RELEVANT, MOST = 0.8, 20  # from which relevance on a tag is taken, and how many of a film
_TYPES = {"movieId": pl.Int64, "tagId": pl.Int64, "relevance": pl.Float64}
_LONGEST = 100


def keywords(files: dict[str, Path], problems: list[Problem]) -> dict[str, list[str]]:
    """{film: the tags of highest relevance, the best first}; nothing unless both files are there."""
    if not {"genome tags", "genome scores"} <= files.keys():
        return {}
    tags = dict(read_rows(files["genome tags"], _tag, problems))
    scores = pl.concat(_relevant(files["genome scores"], problems)).sort("relevance", "tagId", descending=[True, False])
    words: dict[str, list[str]] = {}
    for movie, tag in scores.select("movieId", "tagId").iter_rows():
        of_movie = words.setdefault(str(movie), [])
        if tag in tags and len(of_movie) < MOST:
            of_movie.append(tags[tag])
    return words


def _tag(row: Row) -> tuple[int, str]:
    number, text = row.whole("tagId"), " ".join(row.required("tag").split())
    if not number:
        raise BadCell("tagId", row.text("tagId"), "is no id: a whole number from 1 on")
    if len(text) > _LONGEST:
        raise BadCell("tag", text, f"is longer than {_LONGEST} characters")
    return number, text


def _relevant(path: Path, problems: list[Problem]) -> Iterator[pl.DataFrame]:
    """A few of millions of rows. What is no score is told of."""
    columns, separator = header_of(path), ","
    places = {name: columns.index(name) for name in _TYPES}
    movie, tag, relevance = (pl.col(f"c{place}").alias(name) for name, place in places.items())
    is_score = pl.all_horizontal("is_plain", movie > 0, tag > 0, relevance.is_between(0, 1)).fill_null(False)
    for block in blocks(path):
        if not block.number:
            header, _, rest = block.data.partition(b"\n")
            separator, block = separator_of(header.decode()), block._replace(line=2, data=rest)
        rows = in_columns(
            block.data, block.line, separator, len(columns), {places[name]: kind for name, kind in _TYPES.items()}
        )
        is_blank = pl.all_horizontal(pl.col(f"c{place}").is_null() for place in places.values())
        for line in rows.filter(~is_score & ~is_blank)["line"]:
            problems.append(Problem(Place(path.name, line), "relevance", "", "is no row of a film, a tag, and 0 to 1"))
        yield rows.filter(is_score & (relevance >= RELEVANT)).select(movie, tag, relevance)

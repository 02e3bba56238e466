"""Which column of a table is which of our fields."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from apps.imports.sources.headers import listed, shown
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import header_of


def mapped(
    path: Path,
    mapping: Mapping[str, str],
    fields: Collection[str],
    needed: Sequence[Collection[str]],
    ambiguous: Collection[str],
) -> dict[str, str]:
    """{our field: its column}: as the mapping says, else a column that is called as the field is.

    What is called as an ambiguous one may be something else: it has to be mapped. Of each of the needed groups one
    field has to be there. SourceError says what is wrong.
    """
    header = header_of(path)
    for field, column in mapping.items():
        if field not in fields:
            raise SourceError(f"The mapping names {field!r}, which is none of the fields: {', '.join(fields)}.")
        if column not in header:
            raise SourceError(
                f"{path.name} has no column {column!r}, which the mapping names: it has {listed(header)}."
            )
    by_name = {name.casefold().replace(" ", "_"): name for name in reversed(header)}
    by_name = {name: column for name, column in by_name.items() if name not in ambiguous}
    found = {field: mapping.get(field) or by_name.get(field, "") for field in fields}
    for group in needed:
        if not any(found[field] for field in group):
            raise SourceError(
                f"{path.name} has no column for {' or '.join(group)}: say by the mapping which it is, "
                f"such as {{{next(iter(group))!r}: {next(iter(shown(header)), '')!r}}}. It has {listed(header)}."
            )
    return {field: column for field, column in found.items() if column}

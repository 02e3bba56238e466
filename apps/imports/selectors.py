"""What of imports is whose to see, and the rows that they rejected as a table."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from apps.imports.datasets import DATASETS
from apps.imports.models import Import

_ABOUT = ("file", "line", "column", "reason")
_AT_ONCE = 500
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the beginning of one


def jobs_of(user: Any) -> QuerySet[Import]:
    """Curators see their own, administrators everybody's; conversions as well as imports."""
    jobs = Import.objects.all()
    return jobs if user.has_perm("imports.manage_import") else jobs.filter(by=user.pk)


def imports_of(user: Any) -> QuerySet[Import]:
    return jobs_of(user).filter(dataset__in=DATASETS)


def rejected_csv(job: Import) -> Iterator[str]:
    """The rows as they stood in their files, and edited, and why each was rejected. No cell is a formula."""
    rows = job.rejected_rows.order_by("pk")
    columns = list(dict.fromkeys(name for row in rows.iterator(_AT_ONCE) for name in row.columns))
    about = [f"rejected_{name}" if name in columns else name for name in _ABOUT]
    yield _line([*columns, *about])
    for row in rows.iterator(_AT_ONCE):
        cells = row.cells_now
        yield _line([*(cells.get(name, "") for name in columns), *(getattr(row, name) for name in _ABOUT)])


def _line(cells: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow(_defused(str(cell)) for cell in cells)
    return text.getvalue()


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell

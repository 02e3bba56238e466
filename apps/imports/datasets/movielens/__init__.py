"""The MovieLens data sets: films into the catalogue, what raters say of them into the reviews store."""

from apps.imports.datasets.base import DataSet
from apps.imports.datasets.movielens.loading import load, undo
from apps.imports.sources.movielens.files import COLUMNS, recognised

DATA_SET = DataSet(
    name="movielens",
    title="MovieLens",
    tables=COLUMNS,
    recognise=recognised,
    load=load,
    undo=undo,
)

"""The data sets that can be imported, a module each: it ends with its DATA_SET, which is named here."""

from apps.imports.datasets import convert, movielens, netflix, tmdb5000
from apps.imports.datasets.base import DataSet

JOBS: dict[str, DataSet] = {
    one.name: one for one in (netflix.DATA_SET, tmdb5000.DATA_SET, movielens.DATA_SET, convert.DATA_SET)
}
DATASETS = {name: one for name, one in JOBS.items() if one.is_import}

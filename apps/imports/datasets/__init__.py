"""The data sets that can be imported, a module each: it ends with its DATA_SET, which is named here."""

from apps.imports.datasets import convert, films, movielens, netflix, ratings, tmdb5000
from apps.imports.datasets.base import DataSet

JOBS: dict[str, DataSet] = {
    module.DATA_SET.name: module.DATA_SET for module in (netflix, tmdb5000, movielens, films, ratings, convert)
}
DATASETS = {name: one for name, one in JOBS.items() if one.is_import}

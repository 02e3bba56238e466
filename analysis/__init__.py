"""The stores as pandas data frames, for notebooks and scripts: `import analysis`, and it is ready.

What reads is below in `frames`, what writes in `saving`; docs/analysis.md shows them at work.
"""

import analysis.ready  # noqa: F401  first of all: it sets Django up
from analysis.frames import (
    collections,
    companies,
    credits,  # noqa: A004  as they are called everywhere
    entries,
    external_ids,
    genres,
    lists,
    people,
    rating_summaries,
    ratings,
    scores,
    tags,
    titles,
)
from analysis.saving import save_list, save_ratings, save_titles

__all__ = [
    "collections", "companies", "credits", "entries", "external_ids", "genres", "lists", "people",
    "rating_summaries", "ratings", "save_list", "save_ratings", "save_titles", "scores", "tags",
    "titles",
]  # fmt: skip

"""Small MovieLens sets, as files."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ml-latest-small"
MISSING = "needs the MovieLens data set in ../shared/data/ml-latest-small"

RATINGS = ["1,1,4.0,964982703", "1,2,3.5,964981247", "2,1,0.5,1445714835"]
TEXTS = {
    "movies": 'movieId,title,genres\n1,Toy Story (1995),Adventure|Children\n2,"Matrix, The (1999)",Action|Sci-Fi\n',
    "links": "movieId,imdbId,tmdbId\n1,0114709,862\n2,0133093,603\n",
    "tags": "userId,movieId,tag,timestamp\n2,1,pixar,1139045764\n2,1,Pixar,1139045764\n3,2,bullet time,1139045764\n",
}


def written(folder: Path, **texts: str) -> list[Path]:
    """The whole set, or these tables of it, `ratings` as rows below the header."""
    texts = texts or TEXTS | {"ratings": "\n".join(RATINGS)}
    return [_written(folder / f"{name}.csv", text) for name, text in texts.items()]


def _written(path: Path, text: str) -> Path:
    head = "userId,movieId,rating,timestamp\n" if path.stem == "ratings" else ""
    path.write_text(head + text, newline="")
    return path

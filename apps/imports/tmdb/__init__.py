"""TMDB's API as a source: what is asked for is fetched title by title, and loaded as it comes."""

"""The MovieLens data sets: films with their ids elsewhere, and what raters say of them."""

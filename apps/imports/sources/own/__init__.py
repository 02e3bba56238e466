"""Tables of the site's own people, whose columns have any names: a mapping says which is which."""

SOURCE = "own"

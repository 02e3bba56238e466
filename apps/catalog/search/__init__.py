"""Finding titles, people, companies and collections: an index beside the catalogue, made from it and kept up with it.

`schema` says what the index holds, `documents` makes that of the catalogue's rows, `files` knows where it lies,
`readers` open it, `writer` keeps it up. `finding`, `suggesting` and `discovering` ask it.
"""

"""Finding titles, people, companies and collections: an index beside the catalogue, made from it and kept up with it.

`schema` says what the index holds, `documents` makes that of the catalogue's rows, `files` knows where it lies,
`readers` open it. `writer` writes it: `making` all of it anew, `following` what the change log tells of. `finding`,
`suggesting` and `discovering` ask it.
"""

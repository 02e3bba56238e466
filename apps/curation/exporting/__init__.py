"""The catalogue and the public reviews as files, one a kind, for whoever keeps a copy; `docs/exports.md` is theirs.

A row shows nothing that belongs to another row but its id. So it changes with the changes that the log tells of it,
and who reads the rows again of which the log tells after the export's position has what a new export would have.
"""

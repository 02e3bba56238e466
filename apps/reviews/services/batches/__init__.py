"""Ratings that an import brings: loaded in chunks that nobody sees, then shown at once, or taken out again.

Whoever changes a batch's rating holds the batch until the transaction ends, so that what is counted stays what it is
while the batch is shown or taken out.
"""

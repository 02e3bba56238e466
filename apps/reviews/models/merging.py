from movieverse import merging


class MergedRow(merging.MergedRow):
    """The reviews' part of the journal of merges."""

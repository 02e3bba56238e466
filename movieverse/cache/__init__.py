"""Ready-made answers: what was built once is given to everybody who asks for the same, until it is no longer so.

A view says by a `Cached` how long its answer may be given and what it shows; whoever changes that touches its tags.
"""

from movieverse.cache.declaring import Cached

__all__ = ["Cached"]

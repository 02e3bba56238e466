"""What one store has to tell the others: written with the change itself, and applied until it has arrived.

A service writes its rows and an `Event` in one transaction of its store (`emit`). The relay then hands each event to
the handlers of its kind (`on`), gives it a position in the change log, and forgets it. An event says which row has
changed, not how: a handler reads how things stand and brings its own store up to that, so it may be called twice, and
late. What `apps/*/events.py` register is found by itself.
"""

from movieverse.outbox.emitting import emit
from movieverse.outbox.handling import on

__all__ = ["emit", "on"]

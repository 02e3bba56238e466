from movieverse.outbox import models as outbox


class Event(outbox.Event):
    """What the other stores have to learn of reviews. All events have `movie_id` in their data."""

    KINDS = {"review": "reviews.Review", "rating_summary": "reviews.RatingSummary", "tags": "catalog.Movie"}

"""What the reviews store has of a member."""

from apps.reviews.models import Rating, Review, Tag
from movieverse.personal import holds

holds(Review, "Your reviews.")
holds(Rating, "Your ratings, in half-stars.")
holds(Tag, "The tags you have given.", hidden=["folded"])

"""What recommendations have of a member. What a model has learned of all of them together names nobody."""

from apps.recommendations.models import Disinterest
from movieverse.personal import holds

holds(Disinterest, "What you do not want to be recommended.", name="not-interested")

from datetime import timedelta

from apps.recommendations.selectors.training import is_due
from apps.recommendations.tasks import train_model
from movieverse.scheduler import every


@every(timedelta(hours=1))
def train_a_model_once_a_day() -> None:
    """By the models there are, not by the scheduler's clock, which begins anew with every scheduler."""
    if is_due():
        train_model.enqueue()

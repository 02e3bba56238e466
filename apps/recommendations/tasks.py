import logging

from django_tasks import task

from apps.recommendations.selectors.training import is_due, is_wanted

logger = logging.getLogger(__name__)


@task(queue_name="imports")
def train_model(*, asked_at: str = "") -> None:
    """If that is still due, or none has begun since somebody asked. In the queue of what takes long."""
    from apps.recommendations.services.training import UnderWay, model_train  # loads what only this needs

    try:
        if is_wanted(asked_at) if asked_at else is_due():
            model_train()
    except UnderWay as refusal:
        if asked_at:  # by somebody who is to know
            raise
        logger.info("%s", refusal)

"""The outbox of a store, the log of what has come out of all of them, and leases."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from movieverse.fields import DocumentField, MomentField, SequenceField


class Action(models.TextChoices):
    SAVED = "saved"
    DELETED = "deleted"
    MERGED = "merged"


class Happening(models.Model):
    """Something has become of a row: what an event says, and a position of the log repeats."""

    kind = models.CharField(max_length=40, help_text="Of the row, such as movie.")
    object_id = models.BigIntegerField()
    action = models.CharField(max_length=10, choices=Action, default=Action.SAVED)
    data = DocumentField(default=dict, blank=True, help_text="What a deleted row can no longer say.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.action}"

    @property
    def aggregate(self) -> tuple[str, int]:
        """What keeps its order."""
        return self.kind, self.object_id


class PendingEvents(models.Manager):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(dead_at=None)


EDIT = "edit"  # the kind of events that say who has changed what; their rows' kinds stand in their data


class Event(Happening):
    """A row of a store's outbox. Each app that owns a store has a model of its own, so that it lies in that store.

    Ids are given out inside the transaction, after it has locked its row: those of one row grow in the order in
    which its changes were committed. Those of different rows need not.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        FAILING = "failing"
        DEAD = "dead"

    id = SequenceField(primary_key=True, db_column="_id")
    created_at = MomentField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = MomentField(null=True, help_text="When it is tried again, after a failure.")
    dead_at = MomentField(null=True, help_text="Since when it is a dead letter: nobody tries again by themselves.")
    error = models.TextField(blank=True)

    KINDS: ClassVar[dict[str, str]] = {}  # {kind: the model whose rows' ids its events have}
    IS_LOGGED = True  # whether the change log tells of these events
    IS_PUBLIC = True  # whether everybody may read there that they have happened

    objects = models.Manager()
    pending = PendingEvents()

    class Meta:
        abstract = True
        verbose_name = "undelivered event"
        ordering = ("id",)
        base_manager_name = "objects"

    @property
    def is_logged(self) -> bool:
        return self.IS_LOGGED and self.kind != EDIT

    @property
    def state(self) -> State:
        if self.dead_at:
            return self.State.DEAD
        return self.State.FAILING if self.attempts else self.State.WAITING


class Change(Happening):
    """A position of the change log: everything before it is there already."""

    position = models.BigIntegerField(primary_key=True)
    store = models.CharField(max_length=20)
    event_id = models.BigIntegerField()
    at = MomentField(help_text="When the change was made; positions may be older than those before them.")

    class Meta:
        app_label = "movieverse"
        ordering = ("position",)
        # A store that is restored from a backup gives ids out again, but not at the same moment.
        constraints = (models.UniqueConstraint(fields=["store", "event_id", "at"], name="one_position_per_event"),)
        indexes = (models.Index(fields=["kind", "position"], name="change_kind"),)


class ChangeLog(models.Model):
    """The log's one row. Who holds it writes, so that positions become visible in their order."""

    name = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=0, help_text="The last one given.")
    pruned = models.BigIntegerField(default=0, help_text="Positions up to this one are no longer kept.")

    class Meta:
        app_label = "movieverse"

    def __str__(self) -> str:
        return f"{self.name} up to {self.position}"


class Lease(models.Model):
    """Who does something that one process at a time should do."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField()

    class Meta:
        app_label = "movieverse"

    def __str__(self) -> str:
        return f"{self.name} of {self.holder}"

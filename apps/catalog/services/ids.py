from apps.catalog.models import Counter


def take_ids(kind: str, count: int = 1) -> range:
    """The next `count` ids of a kind. Call it outside transactions: a rolled back one would give them out again.

    Compare and set, the one atomic step that every engine has; a loser of the race tries again.
    """
    while True:
        counter, _ = Counter.objects.get_or_create(pk=kind)
        taken = Counter.objects.filter(pk=kind, value=counter.value).update(value=counter.value + count)
        if taken:
            return range(counter.value + 1, counter.value + count + 1)

"""Children in order, kept so for large nodes: the first query sorts them, writes move what they change."""

from bisect import bisect_left, insort

from .queries import Order, Query
from .tree import Node, Path, find

LARGE = 200  # children; sorting fewer takes less than a millisecond
MOST = 50


class Index:
    def __init__(self, order: Order, children: dict[str, Node]) -> None:
        self.order = order
        self.positions = {key: order.position(key, child) for key, child in children.items()}
        self.sorted = sorted(self.positions.values())

    def move(self, key: str, child: Node) -> None:
        before = self.positions.get(key)
        after = None if child is None else self.order.position(key, child)
        if after == before:
            return
        if before is not None:
            del self.sorted[bisect_left(self.sorted, self.positions.pop(key))]
        if after is not None:
            insort(self.sorted, after)
            self.positions[key] = after

    def select(self, query: Query) -> list[str]:
        start, end = bisect_left(self.sorted, query.start), bisect_left(self.sorted, query.end)
        if query.first is not None:
            end = min(end, start + query.first)
        if query.last is not None:
            start = max(start, end - query.last)
        return [position[-1] for position in self.sorted[start:end]]


class Indexes:
    def __init__(self) -> None:
        self.kept: dict[tuple[Path, Order], Index] = {}

    def select(self, root: Node, path: Path, query: Query) -> list[str]:
        """The keys of the children that the query is for, in its order."""
        node = find(root, path)
        if not isinstance(node, dict):
            return []
        index = self.kept.get((path, query.order)) or Index(query.order, node)
        if len(node) >= LARGE:
            self._keep((path, query.order), index)
        return index.select(query)

    def _keep(self, name: tuple[Path, Order], index: Index) -> None:
        self.kept.pop(name, None)
        self.kept[name] = index  # the last is the one used last
        if len(self.kept) > MOST:
            del self.kept[next(iter(self.kept))]

    def follow(self, root: Node, changed: Path) -> None:
        """After a write there."""
        for (path, order), index in list(self.kept.items()):
            if path[: len(changed)] == changed:
                del self.kept[path, order]
            elif changed[: len(path)] == path:
                key = changed[len(path)]
                index.move(key, find(root, (*path, key)))

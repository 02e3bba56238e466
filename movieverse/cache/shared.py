"""The level of an installation with Redis: answers in Redis for all processes, and in memory what each was asked last.

Its clock is a count of touches. An answer is valid unless one of its tags was touched since before it was built: what
has changed while it was built makes it invalid, too.
"""

import threading
import uuid
from collections.abc import Callable, Collection
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

from django_redis import get_redis_connection
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from movieverse import redis
from movieverse.cache.entries import Entry, Key
from movieverse.cache.memory import Memory
from movieverse.cache.subscription import CHANNEL, Subscription
from movieverse.cache.tags import EVERYTHING
from movieverse.exceptions import StoreUnavailable

LONGEST_BUILD = 10_000  # milliseconds, after which another process may try
_TAGS_KEPT = 2 * 3600  # seconds: longer than any answer
_PREFIX = "movieverse:answers"
_ANY = f"{_PREFIX}:{'[0-9a-f]' * 40}"  # of the names that `_named` gives
_LOOKED_AT = 100  # at once
_WRITABLE = f"{_PREFIX}:writable"
_CLOCK = f"{_PREFIX}:touches"

# Not by several commands: a touch that is half done would be one that some have not heard of.
_TOUCH = """
local now = redis.call('INCR', ARGV[4])
for _, key in ipairs(KEYS) do redis.call('SET', key, now, 'EX', ARGV[1]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
"""

# Not another process's claim, which has had its turn while this one took too long.
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"

Result = TypeVar("Result")


class Mark(NamedTuple):
    clock: int  # how many touches there had been
    generation: int  # of this process's memory


class SharedLevel:
    """Gives and keeps answers only while the subscription is there, and those in memory while it is prompt.

    When it was lost, some process may have changed something that Redis was not told of: after that everything is
    touched, before anything is given again.
    """

    def __init__(self) -> None:
        self.memory = Memory()
        self.subscription = Subscription(hear=self.memory.drop, begun=self._begin, answered=self._pay, lost=self._owe)
        self._claims: dict[Key, str] = {}  # this process's, of which a key has one at a time
        self._lock = threading.Lock()
        self._owed = self._paid = 0  # how often everything had to be touched, and has been for

    def recall(self, key: Key) -> Entry | None:
        return self.memory.get(key) if self.subscription.is_prompt() else None

    def find(self, key: Key) -> Entry | None:
        self.subscription.start()
        entry, generation = self.recall(key), self.memory.generation
        if entry is None:
            entry = self._ask(lambda client: _valid(client, key))
            if entry:
                self.memory.put(key, entry, generation)
        return entry

    def mark(self) -> Mark | None:
        generation = self.memory.generation
        clock = self._ask(_clock)
        return None if clock is None else Mark(clock, generation)

    def keep(self, key: Key, entry: Entry) -> None:
        if self._ask(lambda client: client.set(_named(key), entry.dumped(), ex=entry.kept)):
            self.memory.put(key, entry, entry.mark.generation)

    def claim(self, key: Key) -> bool:
        claim = uuid.uuid4().hex
        is_ours = self._ask(lambda client: client.set(_claim_of(key), claim, nx=True, px=LONGEST_BUILD) is not None)
        if is_ours is False:
            return False
        self._claims[key] = claim
        return True

    def release(self, key: Key) -> None:
        claim = self._claims.pop(key)
        self._ask(lambda client: client.eval(_RELEASE, 1, _claim_of(key), claim))

    def claimant(self, key: Key) -> object:
        return self._ask(lambda client: client.get(_claim_of(key)))

    def touch(self, tags: Collection[str]) -> bool:
        """Whether Redis has been told; else it will be, once it can be."""
        is_told = _asked(lambda client: _touch(client, tags)) is not None
        if not is_told:
            self._owe()
            self.subscription.start()  # which finds out when it can be paid
        self.memory.drop(tags)  # not left to what Redis pushes: who has changed something sees it at once
        return is_told

    def erase(self, tags: Collection[str]) -> None:
        if not self.touch(tags):
            raise StoreUnavailable("redis", "REDIS_URL", "it has not been told what has changed")
        try:
            _delete_showing(get_redis_connection("default"), frozenset(tags))
        except (RedisError, ConnectionInterrupted) as error:
            redis.note_away(error)
            raise StoreUnavailable("redis", "REDIS_URL", error) from error

    def clear(self) -> bool:
        return self.touch([EVERYTHING])

    def _ask(self, call: Callable[[Any], Result]) -> Result | None:
        return _asked(call) if self.subscription.is_there and self._paid == self._owed else None

    def _begin(self) -> None:
        """Of a subscription: what was touched before it, nobody has told us."""
        _forget_former_life(get_redis_connection("default"))
        self._pay()
        self.memory.clear()

    def _owe(self) -> None:
        with self._lock:
            self._owed += 1

    def _pay(self) -> None:
        """In the subscription's thread, as soon as Redis answers that: nobody waits, and others must not.

        A Redis that takes no writes, because its disk or memory is full, cannot be told of changes, by nobody. So each
        time something is written, and who fails in that has lost the subscription. Who does not says so: what is given
        from memory asks Redis nothing, so else the first of the next crowd would be let through alone to find out.
        """
        client, owed = get_redis_connection("default"), self._owed
        client.set(_WRITABLE, 1)
        redis.note_back()
        if self._paid < owed:
            _touch(client, [EVERYTHING])
            self.memory.clear()
            self._paid = owed


def _asked(call: Callable[[Any], Result]) -> Result | None:
    """None while Redis is away."""
    if not redis.may_be_asked():
        return None
    try:
        answer = call(get_redis_connection("default"))
    except (RedisError, ConnectionInterrupted) as error:
        redis.note_away(error)
        return None
    redis.note_back()
    return answer


def _clock(client: Any) -> int:
    return int(client.get(_CLOCK) or 0)


def _valid(client: Any, key: Key) -> Entry | None:
    dumped = client.get(_named(key))
    entry = Entry.loaded(dumped) if dumped else None
    if entry is None:
        return None
    touched = client.mget(map(_tag, entry.tags))
    return None if any(at and int(at) > entry.mark[0] for at in touched) else entry


def _touch(client: Any, tags: Collection[str]) -> bool:
    """True, which tells it from what `_asked` says of a Redis that is away."""
    client.eval(_TOUCH, len(tags), *map(_tag, tags), _TAGS_KEPT, CHANNEL, " ".join(tags), _CLOCK)
    return True


def _delete_showing(client: Any, tags: frozenset[str]) -> None:
    """One after the other: which answers show a tag is written nowhere but in them."""
    keys: list[bytes] = []
    for key in client.scan_iter(match=_ANY, count=_LOOKED_AT):
        keys.append(key)
        if len(keys) == _LOOKED_AT:
            _delete_of(client, keys, tags)
            keys = []
    if keys:
        _delete_of(client, keys, tags)


def _delete_of(client: Any, keys: list[bytes], tags: frozenset[str]) -> None:
    answers = zip(keys, client.mget(keys), strict=True)
    showing = [key for key, dumped in answers if dumped and not tags.isdisjoint(Entry.tags_of(dumped))]
    if showing:
        client.delete(*showing)


def _forget_former_life(client: Any) -> None:
    """A Redis that has died and come back from its disk has answers again, but not what was touched since."""
    life = client.info("server")["run_id"].encode()
    if client.getset(f"{_PREFIX}:life", life) != life:
        _touch(client, [EVERYTHING])


def _named(key: Key) -> str:
    return f"{_PREFIX}:{blake2b(repr(key).encode(), digest_size=20).hexdigest()}"


def _claim_of(key: Key) -> str:
    return f"{_named(key)}:claimed"


def _tag(tag: str) -> str:
    return f"{_PREFIX}:touched:{tag}"

"""Members who rate, review, tag and name themselves, each in a thread, and remember what they were told."""

import random
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Any, NamedTuple

import requests

from tests.faults.conftest import MEMBERS, PASSWORD, eventually

PAUSE = 0.03  # seconds between two requests of a member: the machine is busy, not swamped
TAGS = ("slow", "funny", "with my father")
LONGEST = 3  # seconds, for any answer
NO_ANSWER = 0

# Of a member: ("rating", movie), ("review", movie), ("tag", movie, text), ("wanted", movie) or ("name",).
Thing = tuple[Any, ...]


class Answer(NamedTuple):
    request: str
    status: int
    seconds: float
    text: str


class Member(threading.Thread):
    """One who has a rating of a movie sends nothing else about it before that is answered."""

    def __init__(self, api: str, number: int, movies: list[int], stop: threading.Event) -> None:
        super().__init__(name=f"member {number}")
        self.api, self.movies, self.stop = api, movies, stop
        self.session = requests.Session()
        self.answers: list[Answer] = []
        self.acknowledged: Counter[str] = Counter()  # by the kind of thing
        self.contradictions: list[str] = []
        # What each thing may be now: what the last acknowledged write made of it, or any write since then that got no
        # answer or a 503: such a write may have happened or not. None: it is not there.
        self.may_be: dict[Thing, set[Any]] = defaultdict(lambda: {None})
        self.rated_lately: deque[int] = deque(maxlen=20)
        self.was_refused = False
        self.user_id = self._sign_in(number)

    def _sign_in(self, number: int) -> int:
        login = f"{self.api}/_allauth/app/v1/auth/login"
        body = {"email": f"load{number}@example.com", "password": PASSWORD}
        answer = self.session.post(login, json=body, timeout=10).json()
        self.session.headers["X-Session-Token"] = answer["meta"]["session_token"]
        return int(answer["data"]["user"]["id"])

    def run(self) -> None:
        actions: dict[Callable[[int], None], int] = {
            self._rate: 70, self._withdraw: 8, self._look: 7, self._tag: 4, self._untag: 2, self._review: 4,
            self._rename: 20, self._want: 6, self._forgo: 3, self._look_at_own: 1,
        }  # fmt: skip
        while not self.stop.is_set():
            action = random.choices(list(actions), list(actions.values()))[0]
            action(random.choice(self.movies))
            time.sleep(PAUSE)

    def _rate(self, movie: int) -> None:
        value = random.randint(1, 10)
        self._write(("rating", movie), value, "PUT", f"movies/{movie}/rating/", {"value": value})
        self.rated_lately.append(movie)

    def _withdraw(self, movie: int) -> None:
        self._write(("rating", movie), None, "DELETE", f"movies/{movie}/rating/")

    def _tag(self, movie: int) -> None:
        text = random.choice(TAGS)
        self._write(("tag", movie, text), text, "PUT", f"movies/{movie}/tags/{text}/")

    def _untag(self, movie: int) -> None:
        text = random.choice(TAGS)
        self._write(("tag", movie, text), None, "DELETE", f"movies/{movie}/tags/{text}/")

    def _review(self, movie: int) -> None:
        if self.may_be["review", movie] == {None}:  # there is one for each movie
            body = f"{self.name} on movie {movie}"
            self._write(("review", movie), body, "POST", f"movies/{movie}/reviews/", {"body": body})

    def _rename(self, _: int) -> None:
        name = f"{self.name} {random.randrange(10**6)}"
        self._write(("name",), name, "PATCH", "me/profile/", {"display_name": name})

    def _want(self, movie: int) -> None:
        self._write(("wanted", movie), True, "PUT", f"me/watchlist/{movie}/")

    def _forgo(self, movie: int) -> None:
        self._write(("wanted", movie), None, "DELETE", f"me/watchlist/{movie}/")

    def _look(self, movie: int) -> None:
        self._ask("GET", f"movies/{movie}/")
        self._look_at_rating(movie)

    def _look_at_rating(self, movie: int) -> None:
        """It has to be what one was told."""
        answer = self._ask("GET", f"movies/{movie}/rating/", expected=(200, 404))
        if answer is not None:
            self._compare(("rating", movie), answer.json()["value"] if answer.status_code == 200 else None)

    def _look_at_own(self, _: int = 0) -> None:
        if answer := self._ask("GET", "me/profile/"):
            self._compare(("name",), answer.json()["display_name"] or None)
        if answer := self._ask("GET", "me/watchlist/?limit=100"):
            wanted = {item["movie"]["id"] for item in answer.json()["results"]}
            for movie in self.movies:
                self._compare(("wanted", movie), True if movie in wanted else None)

    def _write(self, thing: Thing, value: Any, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        expected = (204, 404) if method == "DELETE" else (200, 201)
        answer = self._ask(method, path, body, expected)
        if answer is None:
            self.may_be[thing].add(value)
            self.was_refused = True
        elif answer.status_code == 404:
            self._compare(thing, None)
        else:
            self.may_be[thing] = {value}
            self.acknowledged[thing[0]] += 1
            self._look_back()

    def _look_back(self) -> None:
        """When a store is back, at what one was told last before: that would be the first to be lost."""
        if self.was_refused:
            self.was_refused = False
            for movie in self.rated_lately:
                self._look_at_rating(movie)
            self._look_at_own()

    def _compare(self, thing: Thing, found: Any) -> None:
        if found not in self.may_be[thing]:
            self.contradictions.append(f"{thing} is {found}, {self.name} was told {self.may_be[thing]}")

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, expected: tuple[int, ...] = (200,)
    ) -> requests.Response | None:
        """The answer, if it is one that can be relied on."""
        start = time.monotonic()
        try:
            headers = {"If-Match": "*"} if method == "PATCH" else None
            answer = self.session.request(method, f"{self.api}/api/v1/{path}", json=body, headers=headers, timeout=10)
            status, text = answer.status_code, answer.text[:300]
        except requests.RequestException as error:
            status, text = NO_ANSWER, str(error)
        known = status in expected
        shown = "" if known else text
        self.answers.append(Answer(f"{method} {path}", 200 if known else status, time.monotonic() - start, shown))
        return answer if known else None


class Load:
    """It goes on for the time of the block."""

    def __init__(self, address: str) -> None:
        self._stop = threading.Event()
        movies = _movies(address)
        self.members = [Member(address, number, movies, self._stop) for number in range(MEMBERS)]

    def __enter__(self) -> "Load":
        for member in self.members:
            member.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()
        for member in self.members:
            member.join()

    @property
    def acknowledged(self) -> int:
        return sum(member.acknowledged.total() for member in self.members)

    @property
    def answers(self) -> list[Answer]:
        return [answer for member in self.members for answer in member.answers]

    def goes_on(self, seconds: float = 30) -> None:
        """Wait until everybody has had a rating and a name acknowledged from now on: together they need each store."""
        before = [member.acknowledged.copy() for member in self.members]

        def all_have_gone_on() -> bool:
            return all(
                member.acknowledged[kind] > start[kind]
                for member, start in zip(self.members, before, strict=True)
                for kind in ("rating", "name")
            )

        eventually(all_have_gone_on, seconds)


def _movies(address: str) -> list[int]:
    page = requests.get(f"{address}/api/v1/movies/?limit=100", timeout=10).json()
    return [movie["id"] for movie in page["results"]]

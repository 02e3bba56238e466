"""What members write is shown to others, so it is somebody else's HTML until it is proved otherwise."""

import time
from html.parser import HTMLParser

import pytest

from movieverse.markdown import rendered


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Mostly **noir**, *slowly*.", "<p>Mostly <strong>noir</strong>, <em>slowly</em>.</p>\n"),
        ("one\ntwo", "<p>one\ntwo</p>\n"),
        ("one  \ntwo", "<p>one<br>\ntwo</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("> so", "<blockquote>\n<p>so</p>\n</blockquote>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("    <b>", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("# So", "<p># So</p>\n"),
        ("So\n===", "<p>So\n===</p>\n"),
        ("Léon & 王", "<p>Léon &amp; 王</p>\n"),
    ],
)
def test_markdown_becomes_html(text: str, html: str):
    assert rendered(text) == html


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[a](https://example.com/?a=1&b=2)", "https://example.com/?a=1&b=2"),
        ("<http://example.com>", "http://example.com"),
        ("[a](HTTPS://example.com)", "HTTPS://example.com"),
        ("[a](mailto:ada@example.com)", "mailto:ada@example.com"),
    ],
)
def test_a_link_leads_away_without_a_recommendation(text: str, address: str):
    (_, (tag, attributes)) = Tags(rendered(text)).found
    assert (tag, attributes) == ("a", {"href": address, "rel": "nofollow ugc noopener"})


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js>",
        "<scr<script>ipt>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<a href='https://example.com' onclick='alert(1)'>x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<!-- --><b>x</b><!--",
        "<form action=//evil.example><input name=password>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](<java\nscript:alert(1)>)",
        "[x](\x01javascript:alert(1))",
        "[x](%6Aavascript:alert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/admin/logout/)",
        "[x](?next=1)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "![x](https://example.com/x.png\"onerror=\"alert(1))",
        '[x](https://example.com "onmouseover=alert(1) x=")',
        '[x](https://example.com/"onmouseover="alert(1))',
        "```html\" onclick=\"alert(1)\n<script>\n```",
        "`</code><script>alert(1)</script>`",
        "\0<script\0>alert(1)</script>",
    ],
)  # fmt: skip
def test_nothing_hostile_comes_through(text: str):
    for tag, attributes in Tags(rendered(text)).found:
        assert tag in {"p", "a", "code", "pre", "br"}
        assert set(attributes) <= {"href", "rel"}
        assert (attributes.get("href") or "https://").startswith("https://")


def test_an_address_is_written_where_its_link_is():
    assert Tags(rendered("[a][1]\n\n[1]: https://example.com")).found == [("p", {}), ("p", {})]


@pytest.mark.parametrize(
    "text",
    ["[a]: https://x.y/" + "😀" * 976 + "\n\n" + "[a]" * 330, "<https://x/" + "😀" * 1_988 + ">", "&" * 2_000,
     (">" * 20 + "\n\n") * 90, "-\n*\n" * 500, "[](mailto:)" * 181],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_what_is_made_to_become_big_does_not(text: str):
    assert len(text) <= 2_000
    assert len(rendered(text)) < 25 * len(text)


def test_a_picture_is_a_link_to_it():
    tags = Tags(rendered("![poster](https://example.com/x.png)")).found
    assert [tag for tag, _ in tags] == ["p", "a"]


@pytest.mark.parametrize(
    "text",
    ["[" * 10_000, "[" * 5_000 + "]" * 5_000, "[" * 2_500 + "](x)" * 2_500, "*a **a " * 1_500, "> " * 5_000,
     "- " * 5_000, "`" * 10_000, "&" * 10_000, "![" * 5_000, "_a__" * 2_500, "<" * 10_000],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_what_is_made_to_be_slow_is_not(text: str):
    assert seconds(text) < 30 * seconds("A *good* film, [see](https://x.y/z) it. " * 250)


def seconds(text: str) -> float:
    """The least of several: a pause of the interpreter's own takes longer than the text."""
    return min(one_time(text) for _ in range(3))


def one_time(text: str) -> float:
    start = time.thread_time()
    rendered(text)
    return time.thread_time() - start

"""Markdown that members write, as HTML that anybody may be shown."""

import re

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre"}
_WITHOUT = ["heading", "lheading", "hr", "image", "html_block", "html_inline"]  # a text beside others is no page
_WITHOUT += ["reference"]  # by which a long address written once would be in the HTML hundreds of times
_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)

_markdown = MarkdownIt("commonmark", {"html": False}).disable(_WITHOUT)
_markdown.validateLink = lambda url: _ADDRESS.match(url) is not None  # type: ignore[method-assign]


def rendered(text: str) -> str:
    """Without pictures and without HTML of the writer's own, which is shown as the text that it is.

    What is rendered is cleaned once more, by somebody else's rules: neither has to be without a fault.
    """
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "*": set()},  # else any tag could have a title
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )

"""Bodies as the text that a reader would read."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.bodies import MAX_BODY, body_text
from searchsvc.articles.formats import Markup

MARKUPS: tuple[Markup, ...] = ("markdown", "html", "rst", "text")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("# Head *line*\n\nA **bold** wo*r*d.", "Head line A bold word."),
        ('[link](https://x.example/a?b=c "t") and ![a chip](chip.png)', "link and"),
        ("[link][1]\n\n[1]: https://x.example", "link"),
        ("- one\n- two\n\n1. three\n\n> four", "one two three four"),
        ("| a | b |\n|---|---|\n| 1 | ~~2~~ |", "a b 1 2"),
        ("before\n\n```py\nsecret()\n```\n\nbehind", "before behind"),
        ("before\n\n    secret()\n\nbehind", "before behind"),
        ("the `print` function", "the print function"),
        ("a < b & c &amp; d pr&eacute;mier", "a < b & c & d prémier"),
        ('wo<b>r</b>d <Tweet id="1"/> x<br>y', "word x y"),
        ("<!-- draft: secret -->\n\nshown", "shown"),
        ("<script>secret()</script>\n\nshown", "shown"),
        (
            "import Tweet from 'x'\n\nexport const a = 1\n\nImport duties rise.",
            "Import duties rise.",
        ),
        ('{{< figure src="a.jpg" >}} {{% note %}}kept{{% /note %}}', "kept"),
        ("{% if x %}kept{% endif %} {{ site.title }} {# no #}", "kept"),
        ('[gallery ids="1,2"] [caption id="a"]kept[/caption] [sic]', "kept [sic]"),
        ("Ein Satz\u2028über \u00adTrennung", "Ein Satz über Trennung"),
        ("", ""),
        (" \n\t\n", ""),
    ],
)
def test_markdown_is_read_without_its_marks(raw: str, text: str) -> None:
    assert body_text(raw, "markdown") == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<p>One <em>t</em>wo</p><p>three</p>", "One two three"),
        ("<pre>no <b>code</b></pre><style>p{}</style>yes", "yes"),
        ("<script>if (a < b) { document.write('<p>no</p>') }</script>yes", "yes"),
        ("yes <script>no", "yes no"),
        ("<pre>no</pre><pre>no</pre> yes </pre> yes", "yes yes"),
        ("<SCRIPT>no</Script >yes", "yes"),
        ("a<!-- no <b> -->b<!-- not closed", "a b"),
        ("<svg><title>no</title></svg><iframe src=x>no</iframe>yes", "yes"),
        ("&lt;b&gt; 5 &gt; 3", "5 > 3"),
        ("<p>{{ no }} [embed]https://x.example[/embed]</p>", "https://x.example"),
    ],
)
def test_html_is_read_without_tags_and_what_is_no_prose(raw: str, text: str) -> None:
    assert body_text(raw, "html") == text


def test_restructured_text_is_read_without_directives_and_roles() -> None:
    raw = (
        "Head\n====\n\nSee :ref:`the chip <chip>`, ``code`` and `a link <https://x.example>`_.\n\n"
        ".. image:: a.png\n   :alt: no\n\nThe end."
    )
    assert body_text(raw, "rst") == "Head See the chip , code and a link . The end."


def test_plain_text_is_left_alone() -> None:
    assert body_text("# 1 *a*\n{{ b }}", "text") == "# 1 *a* {{ b }}"


@pytest.mark.parametrize(
    "raw", ["<" + "a" * MAX_BODY, "a:" * MAX_BODY, "<pre>" * MAX_BODY, "<!--" * MAX_BODY]
)
@pytest.mark.parametrize("markup", MARKUPS)
def test_what_a_hostile_body_takes_grows_with_its_length_alone(raw: str, markup: Markup) -> None:
    # A quadratic search would take minutes here.
    began = time.process_time()
    body_text(raw, markup)
    assert time.process_time() - began < 20


def test_of_a_very_long_body_the_beginning_is_read() -> None:
    assert len(body_text("word " * MAX_BODY, "markdown")) <= MAX_BODY


@settings(deadline=None)
@given(
    st.text("<>/!-pres cript`*_#[](){}%&;:.\n\ud800é", max_size=200) | st.text(max_size=200),
    st.sampled_from(MARKUPS),
)
def test_a_body_may_hold_anything(raw: str, markup: Markup) -> None:
    text = body_text(raw, markup)
    assert text == " ".join(text.split())
    text.encode()

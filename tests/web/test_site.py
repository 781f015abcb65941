"""What a site makes of the page by settings: its name, its files, its templates, its policy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from searchsvc.errors import InvalidSettings
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.web.fake_engine import FakeEngine

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="3"/>'


@pytest.fixture
def client_of(engine: FakeEngine) -> Any:
    def client(**settings: Any) -> FlaskClient:
        return create_app(replace(Settings(), **settings), engine).test_client()

    return client


def policy_of(client: FlaskClient) -> dict[str, str]:
    policy = client.get("/").headers["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in policy.split("; "))


def test_a_site_that_says_nothing_is_called_by_what_it_does(client_of: Any) -> None:
    text = client_of().get("/?q=fugaku").text
    assert "<title>fugaku – News search</title>" in text
    assert '<a class="brand" href="./">' in text and "<bdi>News search</bdi>" in text


def test_the_sites_name_and_where_it_leads(client_of: Any) -> None:
    client = client_of(site_name="The <Daily> Planet", home_url="https://planet.example/")
    text = client.get("/?q=fugaku").text
    assert "<title>fugaku – The &lt;Daily&gt; Planet</title>" in text
    assert '<a class="brand" href="https://planet.example/">' in text
    assert "News search" not in text
    assert "<ShortName>The &lt;Daily&gt;" in client.get("/opensearch.xml").text
    assert "<name>The &lt;Daily&gt; Planet</name>" in client.get("/feed").text


def test_files_of_the_site_are_served_and_named_by_what_they_hold(
    client_of: Any, tmp_path: Path
) -> None:
    logo, sheet = tmp_path / "our logo.SVG", tmp_path / "planet.css"
    logo.write_bytes(LOGO)
    sheet.write_text("h1 { color: red }")
    client = client_of(logo=logo, extra_css=sheet, site_name="Planet")
    text = client.get("/").text
    (address,) = {part.split('"')[0] for part in text.split('src="')[1:] if "site/logo" in part}
    assert f'<img class="logo" src="{address}" alt="Planet">' in text
    assert text.index("print.css") < text.index("./static/site/extra_css.css?v=")
    response = client.get(address.removeprefix("."))
    assert response.data == LOGO and response.mimetype == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/static/site/extra_css.css").text == "h1 { color: red }"
    assert client.get("/static/site/our%20logo.SVG").status_code == 404
    logo.write_bytes(LOGO + b" ")
    assert address not in client_of(logo=logo).get("/").text


def test_addresses_are_used_as_they_are_and_let_in_by_the_policy(client_of: Any) -> None:
    logo, sheet = "https://cdn.example/logo.png", "https://css.example/a.css"
    client = client_of(logo=logo, extra_css=sheet, img_src=("https://img.example",))
    text = client.get("/").text
    assert f'src="{logo}"' in text and f'<link rel="stylesheet" href="{sheet}">' in text
    policy = policy_of(client)
    assert policy["style-src"] == "'self' https://css.example"
    assert policy["img-src"] == "'self' https://cdn.example https://img.example"


def test_fonts_and_pictures_come_from_where_the_site_says(client_of: Any) -> None:
    policy = policy_of(client_of(font_src=("https://fonts.example",), img_src=("'none'",)))
    assert policy["font-src"] == "'self' https://fonts.example"
    assert policy["img-src"] == "'self'"
    assert "font-src" not in policy_of(client_of())


@pytest.mark.parametrize(
    ("name", "file", "words"),
    [
        ("logo", "nothing.svg", "cannot be read: No such file"),
        ("logo", "page.html", "not of the kind image"),
        ("extra_css", "logo.svg", "not of the kind text/css"),
        ("extra_css", "big.css", "larger than"),
        ("templates_dir", "nothing", "not a folder"),
    ],
)
def test_a_file_that_is_not_there_or_is_something_else_is_told_at_the_start(
    client_of: Any, tmp_path: Path, name: str, file: str, words: str
) -> None:
    (tmp_path / "page.html").touch()
    (tmp_path / "logo.svg").touch()
    (tmp_path / "big.css").write_bytes(b" " * 2_000_001)
    with pytest.raises(InvalidSettings, match=f"{name}: .*{words}"):
        client_of(**{name: tmp_path / file})


def test_the_sites_templates_win_and_may_extend_ours(client_of: Any, tmp_path: Path) -> None:
    (tmp_path / "layout.html").write_text(
        '{% extends "searchsvc/layout.html" %}{% block masthead %}<nav>Planet</nav>'
        "{{ super() }}{% endblock %}"
    )
    text = client_of(templates_dir=tmp_path).get("/?q=fugaku").text
    assert "<nav>Planet</nav>" in text and "1 article for “fugaku”" in text
    (tmp_path / "problem.html").write_text("{{ problem.status.value }} {{ site.name }}")
    assert client_of(templates_dir=tmp_path).get("/?size=x").text == "400 News search"


def test_another_look_is_another_page_to_caches(client_of: Any, tmp_path: Path) -> None:
    def tag(**settings: Any) -> str:
        return str(client_of(**settings).get("/").headers["ETag"])

    tags = [tag(), tag(site_name="Planet"), tag(ui_language="de"), tag(templates_dir=tmp_path)]
    (tmp_path / "layout.html").write_text('{% extends "searchsvc/layout.html" %}')
    tags.append(tag(templates_dir=tmp_path))
    assert len(set(tags)) == 4 and tags[0] == tags[3] and tag() == tags[0]

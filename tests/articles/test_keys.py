"""Which key of a file is which field."""

from __future__ import annotations

import pickle

import pytest

from searchsvc.articles import frontmatter
from searchsvc.articles.frontmatter import FrontMatter
from searchsvc.articles.keys import DEFAULTS, MAX_PLANS, FieldKeys


def fields(block: str, **own: tuple[str, ...]) -> FrontMatter:
    return FieldKeys(own).fields_of(frontmatter.parse(block, 2))


def test_front_matter_by_the_fields_own_names_is_taken_as_it_is() -> None:
    front = frontmatter.parse("title: A\npublishedDateTime: x\nlayout: post\nsecured: s")
    assert FieldKeys().fields_of(front) is front


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("name", "title"),
        ("bio", "excerpt"),
        ("summary", "excerpt"),
        ("description", "excerpt"),
        ("custom_excerpt", "excerpt"),
        ("date", "publishedDateTime"),
        ("pubDate", "publishedDateTime"),
        ("pubDatetime", "publishedDateTime"),
        ("publishDate", "publishedDateTime"),
        ("published_at", "publishedDateTime"),
        ("post-date", "publishedDateTime"),
        ("lastmod", "publishedDateTime"),
        ("expirydate", "expiryDate"),
        ("unpublishDate", "expiryDate"),
        ("url", "webUrl"),
        ("permalink", "webUrl"),
        ("canonical_url", "originalUrl"),
        ("tags", "topics"),
        ("Tags", "topics"),
        ("categories", "category"),
        ("author", "authors"),
        ("cover", "images"),
        ("hero_image", "images"),
        ("heroImage", "images"),
        ("feature_image", "images"),
        ("language", "lang"),
        ("is_draft", "draft"),
        ("eleventyExcludeFromCollections", "hidden"),
        ("in_search_index", "searchable"),
    ],
)
def test_keys_of_site_generators_are_known(key: str, field: str) -> None:
    found = fields(f"x: 1\n{key}: here")
    assert found.values == {field: "here"}
    assert found.line(field) == 3
    assert (
        found.name(field).replace("-", "").replace("_", "").lower()
        == key.replace("-", "").replace("_", "").lower()
    )


@pytest.mark.parametrize(
    ("block", "field", "value"),
    [
        ("taxonomies: {tags: [a]}", "topics", ["a"]),
        ("extra: {cover_image: x.jpg, other: 1}", "images", "x.jpg"),
        ("params: {author: A}", "authors", "A"),
        ("build: {render: never}", "render", "never"),
        ("header: {teaser: /a.jpg}", "images", "/a.jpg"),
    ],
)
def test_a_dot_leads_into_a_mapping(block: str, field: str, value: object) -> None:
    assert fields(block).values == {field: value}


def test_the_first_key_that_holds_something_counts() -> None:
    assert fields("description: d\nexcerpt: e").values == {"excerpt": "e"}
    assert fields("description: d\nexcerpt: ''").values == {"excerpt": "d"}
    assert fields("tags: [a]\nkeywords: [b]\ntopics: []").values == {"topics": ["a"]}
    assert fields("date: d\npublishDate: p").values == {"publishedDateTime": "p"}
    assert fields("extra: {image: }\ncover: c").values == {"images": "c"}


def test_own_keys_take_the_place_of_the_default_ones() -> None:
    found = fields("headline_text: H\ntitle: T\ndate: d", title=("headline-text",))
    assert found.values == {"title": "H", "publishedDateTime": "d"}
    assert fields("status: ongoing\ntitle: T", status=()).values == {"title": "T"}
    assert fields("meta: {lead: x}", excerpt=("meta.lead",)).values == {"excerpt": "x"}


def test_two_spellings_of_one_key_in_a_file_do_no_harm() -> None:
    assert fields("Title: A\ntitle: B").values == {"title": "B"}
    assert fields("title: ''\nTITLE: B").values == {"title": "B"}


@pytest.mark.parametrize(
    "own", [{"titel": ("a",)}, {"title": ("secured",)}, {"title": ("Secured",)}, {"title": (" ",)}]
)
def test_what_cannot_be_a_field_or_a_key_is_refused(own: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError):
        FieldKeys(own)


def test_unknown_keys_are_told_and_the_secret_one_never() -> None:
    front = frontmatter.parse(
        "title: A\nlayout: post\nsecured: s\nextra: {image: a, toc: true}\ntaxonomies: x\nToc: 1"
    )
    assert FieldKeys().unknown(front.values) == ["layout", "extra.toc", "taxonomies", "Toc"]


def test_keys_go_to_other_processes() -> None:
    keys = FieldKeys({"excerpt": ("lead", "dek")})
    assert pickle.loads(pickle.dumps(keys)) == keys
    assert str(keys) == "excerpt=lead,dek"
    assert keys != FieldKeys()
    assert str(FieldKeys()) == ""


def test_what_is_remembered_of_shapes_of_files_is_bounded() -> None:
    keys = FieldKeys()
    for number in range(MAX_PLANS + 5):
        assert keys.fields_of(FrontMatter({f"k{number}": "", "date": "d"}, {})).values == {
            "publishedDateTime": "d"
        }
    assert len(keys._plans) <= MAX_PLANS


def test_no_key_is_two_fields() -> None:
    keys = [key.replace("_", "").lower() for listed in DEFAULTS.values() for key in listed]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("block", "field", "value"),
    [
        ("draft: false\nisDraft: true", "draft", "true"),
        ("isDraft: true\ndraft: false", "draft", "true"),
        ("draft: false\nparams: {draft: yes}", "draft", "yes"),
        ("published: true\npublish: no", "published", "no"),
        ("searchable: true\ninSearchIndex: false", "searchable", "false"),
    ],
)
def test_of_several_keys_the_one_that_keeps_an_article_back_counts(
    block: str, field: str, value: str
) -> None:
    assert fields(block).values[field] == value

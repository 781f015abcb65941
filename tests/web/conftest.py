"""The application over a fake engine and a few articles, some of them hostile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.web.fake_engine import FakeEngine

ARTICLES = [
    Article(
        "2020/azure-supercomputer",
        "Microsoft built a new AI supercomputer in Azure",
        "It has over 285,000 CPU cores and 10,000 GPUs.",
        "https://news.example/azure",
        published_at=datetime(2020, 5, 20, 12, 59, tzinfo=UTC),
        provider=Provider("Windows", "news.example"),
        category="news",
        type="article",
        topics=("AI", "Cloud"),
        quality=89,
        heat=99,
        image=Image("https://cdn.example/azure.jpg", 1200, 800, "Racks"),
    ),
    Article(
        "2021/fugaku",
        "Fugaku is the fastest supercomputer again",
        "Third time first.",
        "https://news.example/fugaku",
        published_at=datetime(2021, 6, 28, 8, tzinfo=UTC),
        provider=Provider("Petaflop Weekly", None),
        category="news",
        topics=("Supercomputers",),
        quality=50,
        heat=10,
    ),
    Article("people/ada lovelace", "Ada Lovelace", "She wrote programs before computers were."),
    Article("odd/100% café", "Prices rise 100%", url="/paths/of/our/own"),
    Article(
        "odd/hostile",
        "<script>alert('title')</script> hostile </mark>",
        '"><img src=x onerror=alert(1)> <b>hostile</b> &amp;',
        "javascript:alert(2)",
        provider=Provider('<script>alert("provider")</script>', None),
        topics=('"><script>alert(3)</script>', "a&b=c#d"),
        image=Image('https://x.example/"onerror="alert(4)', -5, None, None),
    ),
]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(list(ARTICLES))


@pytest.fixture
def app(engine: FakeEngine, settings: Settings) -> Flask:
    """Whatever the checkout's own index folder holds."""
    return create_app(settings, engine)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def empty_client(settings: Settings) -> FlaskClient:
    """Of a service whose index is still to be built."""
    return create_app(settings, FakeEngine(list(ARTICLES), generation=None)).test_client()

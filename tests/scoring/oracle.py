"""Section 3 of the design, word for word, in plain Python: which articles match, and how well.

Nothing here is shared with what it judges but the analysis of text.
"""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from whoosh import query as q
from whoosh.query.positional import Sequence as WordSequence
from whoosh.support.levenshtein import distance
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh.util.times import long_to_datetime

from searchsvc.analysis import stemmer, title_key, words
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.query.tree import DefaultWord

K1, B = 1.2, 0.75
STEM = stemmer("en")


@dataclass(frozen=True)
class OracleArticle:
    """`is_held`: in the index, but its time has not come."""

    id: str
    title: str
    topics: str
    excerpt: str
    provider: str
    published_at: datetime
    is_held: bool = False

    @cached_property
    def positions(self) -> dict[str, dict[str, list[int]]]:
        """By field and term, exact or stemmed, where it stands."""
        found: dict[str, dict[str, list[int]]] = {}
        for field in TEXT_FIELDS:
            stems: dict[str, list[int]] = {}
            exact: dict[str, list[int]] = {}
            for word in words(getattr(self, field)):
                for offset, term in word.terms.indexed:
                    exact.setdefault(term, []).append(word.position + offset)
                    stems.setdefault(STEM(term), []).append(word.position + offset)
            found[field], found[f"{field}_exact"] = stems, exact
        return found

    def length(self, field: str) -> int:
        return sum(map(len, self.positions[field].values()))

    def terms(self, field: str) -> set[str]:
        if field in self.positions:
            return set(self.positions[field])
        if field == "provider":
            return {self.provider}
        return {title_key(self.title)} - {""}


class Oracle:
    """Over the articles of an index that are not deleted."""

    def __init__(self, articles: Sequence[OracleArticle]) -> None:
        self.articles = articles
        self.live = [article for article in articles if not article.is_held]

    def matches(self, query: Any) -> dict[str, float]:
        """The score of every article that matches, by id."""
        scores = {article.id: self.score(query, article) for article in self.articles}
        return {id_: score for id_, score in scores.items() if score is not None}

    def bm25(self, field: str, term: str, article: OracleArticle) -> float | None:
        tf = len(article.positions[field].get(term, []))
        if not tf:
            return None
        n = max(len(self.live), 1)
        df = sum(term in other.positions[field] for other in self.live)
        idf = math.log(n / (df + 1)) + 1
        mean = sum(other.length(field) for other in self.live) / n or 1.0
        length = byte_to_length(length_to_byte(article.length(field)))
        return idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean))

    def score(self, query: Any, article: OracleArticle) -> float | None:
        """None where it does not match."""

        def of(child: Any) -> float | None:
            return self.score(child, article)

        match query:
            case DefaultWord(stem=stem, term=term, boosts=boosts, boost_exact=boost_exact):
                parts = []
                for field, boost in boosts.items():
                    stemmed = self.bm25(field, stem, article)
                    exact = self.bm25(f"{field}_exact", term, article)
                    if stemmed is not None or exact is not None:
                        parts.append(boost * ((stemmed or 0) + boost_exact * (exact or 0)))
                return sum(parts) * query.boost if parts else None
            case q.Term(fieldname=field, text=text, boost=boost):
                if field not in article.positions:
                    return boost if text in article.terms(field) else None
                found = self.bm25(field, text, article)
                return None if found is None else boost * found
            case q.Phrase(fieldname=field, words=texts, slop=slop, boost=boost):
                return self.phrase(field, texts, slop, boost, article)
            case WordSequence(subqueries=terms, slop=slop, boost=boost):
                texts = [term.text for term in terms]
                return self.phrase(terms[0].fieldname, texts, slop, boost, article)
            case q.And(subqueries=children, boost=boost):
                scores = [of(child) for child in children]
                if not scores or any(score is None for score in scores):
                    return None
                return sum(score or 0 for score in scores) * boost
            case q.Or(subqueries=children, boost=boost):
                scores = [score for child in children if (score := of(child)) is not None]
                return sum(scores) * boost if scores else None
            case q.DisjunctionMax(subqueries=children, boost=boost, tiebreak=tiebreak):
                scores = [score for child in children if (score := of(child)) is not None]
                if not scores:
                    return None
                return (max(scores) + tiebreak * (sum(scores) - max(scores))) * boost
            case q.Not(query=child):
                return 0.0 if of(child) is None else None
            case q.AndNot(a=a, b=b):
                return of(a) if of(b) is None else None
            case q.Require(a=a, b=b):
                return None if of(b) is None else of(a)
            case q.AndMaybe(a=a, b=b):
                needed = of(a)
                return None if needed is None else needed + (of(b) or 0)
            case q.Otherwise(a=a, b=b):
                return of(a) if self.matches(a) else of(b)
            case q.ConstantScoreQuery(child=child, score=score):
                return None if of(child) is None else score
            case q.Every(fieldname=field, boost=boost):
                return boost if field is None or article.terms(field) else None
            case q.DateRange(start=start, end=end, boost=boost):
                lowest = long_to_datetime(start) if start else datetime.min
                highest = long_to_datetime(end) if end else datetime.max
                return boost if lowest <= article.published_at <= highest else None
        if query == q.NullQuery:
            return None
        accepts = expansion(query)
        return query.boost if any(map(accepts, article.terms(query.fieldname))) else None

    def phrase(
        self, field: str, texts: Sequence[str], slop: int, boost: float, article: OracleArticle
    ) -> float | None:
        """The sum of the words' BM25, where they stand in order, at most `slop` apart."""
        positions = [article.positions[field].get(text, []) for text in texts]
        ends = set(positions[0])
        for following in positions[1:]:
            ends = {p for p in following if any(1 <= p - end <= slop for end in ends)}
        if not ends:
            return None
        return sum(self.bm25(field, text, article) or 0 for text in texts) * boost


def expansion(query: Any) -> Callable[[str], bool]:
    """Which terms a query expands to."""
    match query:
        case q.Prefix(text=text):
            return lambda term: term.startswith(text)
        case q.Wildcard(text=text):
            return lambda term: fnmatch.fnmatchcase(term, text)
        case q.FuzzyTerm(text=text, maxdist=most, prefixlength=length):
            return lambda term: (
                term[:length] == text[:length] and distance(term, text, limit=most) <= most
            )
        case q.TermRange(start=start, end=end, startexcl=after, endexcl=before):
            return lambda term: (
                (start is None or term > start or (term == start and not after))
                and (end is None or term < end or (term == end and not before))
            )
    raise NotImplementedError(query)

"""The ledger on one day: each question, what it leaves out, and what the trace keeps of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from briefkit.errors import UnknownName
from briefkit.ledger import geojson
from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.ledger.snapshot import Snapshot
from conftest import write_ledger

DAY = "2018-12-31"


def event(name: str, date: str, **more: str) -> dict[str, str]:
    """A row of `events.csv`, published on its day unless something else is said."""
    row = {"event": name, "date": date, "kind": "summit", "title": name, "published": date, "source": "s"}
    return row | {"status": "verified"} | more


def relation(subject: str, verb: str, target: str, **more: str) -> dict[str, str]:
    """A row of `relations.csv`, published in March 2018 unless something else is said."""
    row = {"subject": subject, "relation": verb, "object": target, "published": "2018-03-01", "source": "s"}
    return row | {"status": "verified"} | more


EVENTS = [
    event("talks.moscow", "2017-04-27", actors="Japan;Russia"),
    event("talks.vladivostok", "2018-09-12", actors="Russia;Japan"),
    event("talks.later", "2019-01-22", actors="Japan;Russia"),
    event("exercise.vostok", "2018-09", kind="military", actors="Russia;China", published="2018-10-01"),
    event("poll.japanese", "2018-11-20", kind="poll", actors="Japanese"),
]
RELATIONS = [
    relation("Mitsui", "owns", "Sakhalin-2", value="12.5", unit="percent", start="1994"),
    relation("Mitsubishi", "owns", "Sakhalin-2", value="10", unit="percent", start="1994"),
    relation("Shell", "owns", "Sakhalin-2", start="1994"),
    relation("Shell", "owns", "Sakhalin-2", start="1994", end="2018-06", published="2018-07-01"),
    relation("Japan", "sanctions", "Russia", published="2019-02-01"),
]


@pytest.fixture
def facts(ledger: Callable[..., Ledger]) -> Snapshot:
    """Events and relations as known at the end of 2018."""
    return ledger(events=EVENTS, relations=RELATIONS).as_of(DAY)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["talks.moscow", "talks.vladivostok", "exercise.vostok", "poll.japanese"]),
        ({"prefix": "talks."}, ["talks.moscow", "talks.vladivostok"]),
        ({"prefix": ["exercise.", "poll."]}, ["exercise.vostok", "poll.japanese"]),
        ({"kind": "military"}, ["exercise.vostok"]),
        ({"actor": "Japan"}, ["talks.moscow", "talks.vladivostok"]),
        ({"since": "2018-09-12"}, ["talks.vladivostok", "exercise.vostok", "poll.japanese"]),
        ({"until": "2018-09-11"}, ["talks.moscow"]),
        ({"until": "2018-09"}, ["talks.moscow", "talks.vladivostok", "exercise.vostok"]),
        ({"prefix": "talks.", "actor": "Russia", "since": "2018"}, ["talks.vladivostok"]),
        ({"kind": "war"}, []),
    ],
)
def test_events_are_chosen_by_id_kind_actor_and_day(facts, filters, names):
    """Filters hold together; an actor is a whole name; both days are within; what came later is in none."""
    assert facts.events(**filters)["event"].tolist() == names


def test_an_event_is_told_by_the_row_last_published_and_rather_by_a_verified_one(ledger):
    """A correction counts from its day; what someone recalls gives way to a document."""
    rows = [
        event("summit", "2018-09-12", title="recalled", status="recalled", published="2018-09-12", source="a"),
        event("summit", "2018-09-12", title="first", published="2018-09-13", source="b"),
        event("summit", "2018-09-12", title="corrected", published="2018-10-01", source="b"),
    ]
    book = ledger(events=rows)
    days = ("2018-09-11", "2018-09-12", "2018-09-13", "2018-10-01")
    assert [book.as_of(day).event("summit").title for day in days] == ["", "recalled", "first", "corrected"]
    assert [len(book.as_of(day).events()) for day in days] == [0, 1, 1, 1]
    assert not book.as_of("2018-09-11").event("summit").known
    with pytest.raises(UnknownName, match='did you mean "summit"'):
        book.as_of(DAY).event("sumit")


@pytest.mark.parametrize(
    ("filters", "subjects"),
    [
        ({}, ["Mitsui", "Mitsubishi", "Shell"]),
        ({"subject": "Shell"}, ["Shell"]),
        ({"relation": "sanctions"}, []),
        ({"object": "Sakhalin-2", "active": True}, ["Mitsui", "Mitsubishi"]),
        ({"active": False}, ["Shell"]),
        ({"among": ["Mitsui", "Shell", "Sakhalin-2"]}, ["Mitsui", "Shell"]),
        ({"among": ["Mitsui"]}, []),
    ],
)
def test_relations_are_chosen_by_their_ends_and_by_whether_they_last(facts, filters, subjects):
    """Each is there once, as last published; with `among` both ends must be named."""
    assert facts.relations(**filters)["subject"].tolist() == subjects


def test_values_of_relations_are_numbers(facts):
    """Stakes are added up; a relation without a value has none."""
    values = facts.relations().set_index("subject")["value"]
    assert values["Mitsui"] + values["Mitsubishi"] == 22.5 and values.isna()["Shell"]


CLAIM = {"claim": "grew", "section": "s", "kind": "judgement", "statement": "S.", "made": "2018-10-12"}


def test_judgements_of_a_claim_are_those_published_by_the_day_oldest_first(ledger):
    """The last one settles the claim; one of another claim, or of a later day, does not."""
    verdicts = [
        {"claim": "grew", "verdict": "overturned", "published": "2018-12-01", "why": "second"},
        {"claim": "grew", "verdict": "holds", "published": "2018-11", "why": "first"},
        {"claim": "grew", "verdict": "unknown", "published": "2019", "why": "later"},
        {"claim": "other", "verdict": "holds", "published": "2018-11-02", "why": "another claim"},
    ]
    snapshot = ledger(claims=[CLAIM, CLAIM | {"claim": "other"}], verdicts=verdicts).as_of(DAY)
    assert [row["why"] for row in snapshot.verdicts("grew")] == ["first", "second"]
    assert set(snapshot.verdicts("grew")[0]) == {"claim", "verdict", "published", "why", "evidence"}
    assert [row["claim"] for row in snapshot.claims()] == ["grew", "other"]
    assert snapshot.claim("grew")["statement"] == "S."
    with pytest.raises(UnknownName, match='did you mean "grew"'):
        snapshot.claim("grow")


def test_then_is_the_day_of_the_claims_or_the_as_of_day_if_that_is_earlier(ledger):
    """An edition of an earlier day compares with nothing that it could not know."""
    book = ledger(claims=[CLAIM, CLAIM | {"claim": "earlier", "made": "2018-01-01"}])
    assert [book.as_of(day).then() for day in ("2018-06-30", DAY)] == ["2018-06-30", "2018-10-12"]
    assert ledger().as_of(DAY).then() == DAY
    assert [book.as_of(DAY).after(day) for day in ("2018-12-30", DAY)] == [True, False]


def test_what_is_known_by_a_day_is_known_by_its_name(ledger):
    """Figures and events from the day when they were published, relations by their three parts, claims always."""
    book = ledger(
        *("trade, 2017, 1, published 2018-03-01", "coal, 2018, 1, published 2019-03-01"),
        events=EVENTS,
        relations=RELATIONS,
        claims=[CLAIM],
    )
    known = ["trade", "talks.moscow", "Shell|owns|Sakhalin-2", "grew"]
    unknown = ["coal", "talks.later", "Japan|sanctions|Russia", "Mitsui", "nosuch", ""]
    snapshot = book.as_of(DAY)
    assert [name for name in known + unknown if snapshot.knows(name)] == known


def test_only_figures_of_which_something_is_known_are_listed_by_prefix(ledger):
    """A section that shows every stake must not show one that was published later."""
    rows = ("stake.b, 2017, 1, published 2018-03-01", "stake.a, 2017, 1, published 2018-03-01")
    snapshot = ledger(*rows, "stake.c, 2018, 1, published 2019-01-01", "trade, 2017, 1, published 2018-03-01").as_of(
        DAY
    )
    assert [figure.figure for figure in snapshot.figures("stake.")] == ["stake.b", "stake.a"]
    assert snapshot.is_figure("stake.c") and not snapshot.is_figure("stake")


def test_sources_are_those_of_the_readings_and_of_what_others_said(ledger):
    """The list below a chart names each of them; a source that is not listed has no entry."""
    snapshot = ledger("trade, 2017, 1, published 2018-03-01", "trade, 2017, 2, published 2018-04-01, by b").as_of(DAY)
    readings = [*snapshot.figure("trade").readings, {"source": "nosuch"}, {"kind": "claim"}]
    assert list(snapshot.sources(readings)) == ["b", "s"]
    assert snapshot.sources(readings)["b"] == {
        "source": "b", "publisher": "P", "title": "T", "url": "", "published": ""
    }  # fmt: skip


# -- shapes --------------------------------------------------------------------------------------


def point(name: str, **properties: str) -> dict[str, Any]:
    """A feature of GeoJSON."""
    geometry = {"type": "Point", "coordinates": [145.8, 44.0]}
    return {"type": "Feature", "geometry": geometry, "properties": {"name": name, "kind": "base"} | properties}


SHAPES = [
    point("always"),
    point("from talks", known_by="talks.vladivostok"),
    point("later", known_by="talks.later"),
    point("until talks", ended_by="talks.vladivostok"),
    point("still", ended_by="talks.later"),
    point("ranged", range_figure="missile.range", known_by="missile.range"),
    point("a port", kind="port"),
]


@pytest.fixture
def mapped(ledger: Callable[..., Ledger]) -> Ledger:
    """A ledger with a file of shapes beside it."""
    rows = ("missile.range, 2018, 300, published 2018-11-01", "missile.range, 2017, 200, published 2017-12-31")
    folder = ledger(*rows[1:], events=EVENTS).folder
    (folder / "bases.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": SHAPES}), "utf-8")
    return load_ledger(folder)


def test_a_shape_is_there_from_what_makes_it_known_until_what_ends_it(mapped):
    """A map of 2017 must not show what was built in 2018."""

    def names(day: str) -> list[str]:
        return [shape["properties"]["name"] for shape in mapped.as_of(day).shapes("bases")["features"]]

    assert names("2017-06-30") == ["always", "until talks", "still", "a port"]
    assert names(DAY) == ["always", "from talks", "still", "ranged", "a port"]
    assert names("2019-12-31") == ["always", "from talks", "later", "ranged", "a port"]
    with pytest.raises(UnknownName, match='did you mean "bases"'):
        mapped.as_of(DAY).shapes("base")


def test_sites_say_since_when_and_rings_how_far(mapped):
    """A chart draws points of one kind, and circles around those whose range is known."""
    snapshot = mapped.as_of(DAY)
    shapes = snapshot.shapes("bases")
    sites = {site["name"]: site["since"] for site in geojson.sites(shapes, "base", snapshot)}
    assert list(sites) == ["always", "from talks", "still", "ranged"]
    assert sites["always"] is None and sites["from talks"].date == "2018-09-12" and sites["ranged"].value == 200
    (ring,) = geojson.rings(shapes, "base", snapshot)
    assert (ring["label"], ring["lon"], ring["lat"], ring["km"].value) == ("ranged", 145.8, 44.0, 200)
    assert geojson.rings(shapes, "base", snapshot, period="2016") == []


# -- trace ---------------------------------------------------------------------------------------


def asked(snapshot: Snapshot) -> Snapshot:
    """Put each kind of question once."""
    snapshot.figure("trade", "2017", source="s")
    snapshot.vintages("trade")
    snapshot.figures("tra")
    snapshot.is_figure("trade")
    snapshot.event("talks.moscow")
    snapshot.events(prefix=("talks.", "poll."), since="2017")
    snapshot.relations(subject="Mitsui", among={"Sakhalin-2", "Mitsui"})
    snapshot.claim("grew")
    snapshot.claims()
    snapshot.verdicts("grew")
    snapshot.knows("trade")
    snapshot.sources([{"source": "s"}])
    for question in (snapshot.day, snapshot.then):
        question()
    snapshot.after("2018-01-01")
    return snapshot


@pytest.fixture
def whole(ledger: Callable[..., Ledger]) -> Ledger:
    """A ledger with something in every table."""
    verdict = {"claim": "grew", "verdict": "holds", "published": "2018-11", "why": "first"}
    tables = {"events": EVENTS, "relations": RELATIONS, "claims": [CLAIM], "verdicts": [verdict]}
    return ledger("trade, 2017, 18.4, published 2018-03-01", **tables)


def test_each_question_is_recorded_once_with_plain_arguments(whole):
    """The trace travels in the notebook as JSON; a question within another is no question of its own."""
    queries = asked(whole.as_of(DAY)).queries
    assert [query["query"] for query in queries] == [
        *("figure", "vintages", "figures", "figure", "is_figure", "event", "events", "relations", "claim", "claims"),
        *("verdicts", "knows", "source", "day", "then", "after"),
    ]
    assert json.loads(json.dumps(queries)) == queries
    assert queries[0]["args"] == {"figure": "trade"}
    assert queries[6]["args"] == {"prefix": ["talks.", "poll."], "kind": "", "actor": "", "since": "2017", "until": ""}
    assert queries[7]["args"]["among"] == ["Mitsui", "Sakhalin-2"]


def test_a_question_asked_again_of_the_same_ledger_has_the_same_hash(whole):
    """In another process, too: the ledger is read anew. Asking again is not recorded."""
    queries = asked(whole.as_of(DAY)).queries
    again = Ledger(whole.folder, load_ledger(whole.folder).tables, {}).as_of(DAY)
    for query in json.loads(json.dumps(queries)):
        assert again.answer_hash(query["query"], query["args"]) == query["sha"], query
    assert again.queries == []


CHANGES = {
    "observations": ({"figure": "trade", "period": "2017", "value": "18.9", "published": "2018-05-10"}, {"figure", "vintages"}),
    "events": (event("talks.moscow", "2017-04-27", title="Another", published="2018-05-10"), {"event", "events"}),
    "relations": (RELATIONS[0] | {"value": "20", "published": "2018-05-10"}, {"relations"}),
    "verdicts": ({"claim": "grew", "verdict": "weakened", "published": "2018-12-01", "why": "w"}, {"verdicts"}),
}  # fmt: skip


@pytest.mark.parametrize("table", CHANGES)
def test_a_new_row_changes_the_answers_that_hold_it_and_no_other(whole, table):
    """Exactly the sections that read it run again."""
    queries = asked(whole.as_of(DAY)).queries
    row, changed = CHANGES[table]
    row = {"source": "s", "status": "verified"} | row if table == "observations" else row
    rows = {name: rows.drop(columns="line").astype("str").to_dict("records") for name, rows in whole.tables.items()}
    write_ledger(whole.folder, **rows | {table: [row, *rows[table]]})
    snapshot = load_ledger(whole.folder).as_of(DAY)
    moved = {query["query"] for query in queries if snapshot.answer_hash(query["query"], query["args"]) != query["sha"]}
    assert moved == changed


def test_an_override_changes_the_answer_and_is_dated_by_the_as_of_day(whole):
    """The value that an edition sets is part of what was answered, and says the day as its published day."""
    setting = {"figure": "trade", "value": 20, "reason": "a scenario"}
    snapshot = whole.as_of(DAY, overrides=[setting])
    figure = snapshot.figure("trade")
    assert (figure.value, figure.published, figure.status) == (20, DAY, "overridden")
    assert figure.override == {"value": 18.4, "reason": "a scenario", "period": "2017"}
    plain = whole.as_of(DAY)
    assert snapshot.answer_hash("figure", {"figure": "trade"}) != plain.answer_hash("figure", {"figure": "trade"})
    assert [query["query"] for query in snapshot.queries] == ["figure", "day"]

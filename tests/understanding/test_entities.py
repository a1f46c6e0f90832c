from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatbot.content.models import EntityType
from chatbot.understanding import Entities
from chatbot.understanding.entities import pick
from tests.understanding.support_bot import ENTITIES

KNOWN = Entities.build({name: EntityType.model_validate(entity) for name, entity in ENTITIES.items()})


def values(kind: str, text: str, locale: str = "en") -> list[object]:
    return [found.value for found in KNOWN.find(kind, text, locale)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it's ab-123456 thanks", ["AB-123456"]),
        ("AB123456", ["AB123456"]),
        ("ＡＢ－１２３４５６".replace("－", "-"), ["AB-123456"]),
        ("AB-123456, ab-123456 and CD-654321", ["AB-123456", "CD-654321"]),
        ("AB-1234567", []),
        ("XAB-123456", []),
        ("AB-123456-X", []),
        ("(AB-123456).", ["AB-123456"]),
        ("nothing here", []),
    ],
)
def test_a_pattern_is_found_as_a_whole_token(text: str, expected: list[str]) -> None:
    assert values("order_number", text) == expected


def test_positions_point_into_the_text_as_written() -> None:
    text = "nº\u200b: ｘ AB-123456!"
    (found,) = KNOWN.find("order_number", text)
    assert text[found.start : found.end] == found.raw == "AB-123456"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("new york", ["nyc"]),
        ("the Big Apple!", ["nyc"]),
        ("NYC", ["nyc"]),
        ("new yrok please", ["nyc"]),
        ("from san fransisco to madrid", ["sf", "madrid"]),
        ("york", []),
        ("paris", []),
    ],
)
def test_a_list_value_is_found_by_key_or_synonym(text: str, expected: list[str]) -> None:
    assert values("city", text) == expected


def test_a_list_value_prints_its_first_synonym() -> None:
    assert KNOWN.find("city", "big apple")[0].shown == "New York"


def test_a_tie_between_two_list_values_returns_both() -> None:
    sizes = Entities.build(
        {"tier": EntityType.model_validate({"list": {"a": ["basic one"], "b": ["basic two"]}, "fuzzy": 60})}
    )
    assert [found.value for found in sizes.find("tier", "basic ono")] == ["a"]
    both = Entities.build({"tier": EntityType.model_validate({"list": {"a": ["plan"], "b": ["plan"]}})})
    assert [found.value for found in both.find("tier", "the plan")] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("3.5", "en", [3.5]),
        ("1.234,5", "de", [1234.5]),
        ("1,234.5", "en", [1234.5]),
        ("1.234,5", "en", [1234.5]),
        ("1.234", "de", [1234]),
        ("1.234", "en", [1.234]),
        ("1,234", "en", [1234]),
        ("1,5", "es-ES", [1.5]),
        ("1,500", "es-MX", [1500]),
        ("1 234", "fr", [1234]),
        ("I need two", "en", [2]),
        ("dix-sept", "fr", [17]),
        ("zwölf bitte", "de", [12]),
        ("un paquete de 3", "es", [3]),
        ("quiero uno", "es", [1]),
        ("٣٤", "ar", [34]),
        ("it is -5 outside", "en", [-5]),
        ("2-3", "en", [2, 3]),
        ("AB-123456", "en", []),
        ("at 12:30 on 2024-01-01", "en", []),
        ("1.2.3", "en", []),
        ("5 and 5", "en", [5]),
        ("thirty five", "en", []),
        ("twenty-one", "en", []),
        ("zwei hundert", "de", []),
        ("two or three", "en", [2, 3]),
        ("un par", "es", [2]),
        ("un paio", "it", [2]),
        ("una docena", "es", [12]),
        ("ein Dutzend", "de", [12]),
        ("ein paar", "de", []),
        ("een paar", "nl", []),
    ],
)
def test_numbers_follow_the_locale(text: str, locale: str, expected: list[float]) -> None:
    assert values("number", text, locale) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("3.5", []), ("3", [3]), ("3.0", [3]), ("four", [4]), ("about 20 or so", [20])]
)
def test_an_integer_is_whole(text: str, expected: list[int]) -> None:
    assert values("integer", text) == expected


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("yes please", "en", True),
        ("yesss", "en", True),
        ("yep!", "en", True),
        ("defintely", "en", True),
        ("go ahead", "en", True),
        ("why not", "en", True),
        ("no problem", "en", True),
        ("I think yes", "en", True),
        ("👍", "en", True),
        ("Yes, AB-222222", "en", True),
        ("sí, claro", "es", True),
        ("oui bien sûr", "fr", True),
        ("d'accord", "fr", True),
        ("ja gerne", "de", True),
        ("va bene", "it", True),
        ("com certeza", "pt", True),
        ("evet lütfen", "tr", True),
        ("doe maar", "nl", True),
        ("nope", "en", False),
        ("nooo", "en", False),
        ("no, AB-222222", "en", False),
        ("of course not", "en", False),
        ("that's not right", "en", False),
        ("don't do it", "en", False),
        ("no gracias", "es", False),
        ("nein danke", "de", False),
        ("nee", "nl", False),
        ("hayır", "tr", False),
        ("não", "pt", False),
        ("no doubt", "en", True),
        ("by all means", "en", True),
        ("not at all", "en", False),
        ("I don't think so", "en", False),
        ("von mir aus", "de", True),
        ("kein Zweifel", "de", True),
        ("nicht wirklich", "de", False),
        ("eher nicht", "de", False),
        ("das glaube ich nicht", "de", False),
        ("c'est bon", "fr", True),
        ("ça marche", "fr", True),
        ("pas vraiment", "fr", False),
        ("je ne crois pas", "fr", False),
        ("no hay duda", "es", True),
        ("no lo creo", "es", False),
        ("senza dubbio", "it", True),
        ("non proprio", "it", False),
        ("não tenho dúvidas", "pt", True),
        ("nem por isso", "pt", False),
        ("wat mij betreft", "nl", True),
        ("ik denk het niet", "nl", False),
        ("şüphesiz", "tr", True),
        ("pek değil", "tr", False),
        ("jein", "de", None),
        ("oui et non", "fr", None),
        ("ça marche pas", "fr", None),
        ("más o menos", "es", None),
        ("not sure", "en", None),
        ("maybe", "en", None),
        ("yes no", "en", None),
        ("AB-222222", "en", None),
        ("where is my order", "en", None),
        ("ok where is my order", "en", None),
        ("is that right?", "en", None),
        ("no sé", "es", None),
        ("", "en", None),
    ],
)
def test_a_yes_or_no_is_sure_or_nothing(text: str, locale: str, expected: bool | None) -> None:
    assert values("yes_no", text, locale) == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("email", "mail me at Bob.x@Shop.Example.com.", ["Bob.x@shop.example.com"]),
        ("email", "a@b", []),
        ("email", "x..y@example.com", []),
        ("url", "see www.acme.com/x?y=1, ok", ["https://www.acme.com/x?y=1"]),
        ("url", "https://a.example/p).", ["https://a.example/p"]),
        ("url", "hello.there friend", []),
        ("text", "  hello you ", ["hello you"]),
        ("text", " \n ", []),
        ("choice", "anything", []),
    ],
)
def test_addresses_and_free_text(kind: str, text: str, expected: list[str]) -> None:
    assert values(kind, text) == expected


def test_an_unknown_kind_is_an_error() -> None:
    assert not KNOWN.knows("starsign")
    with pytest.raises(KeyError):
        KNOWN.find("starsign", "aries")


MENU = ["Track my order", "Cancel my order", "Talk to a person"]


@pytest.mark.parametrize(
    ("reply", "titles", "expected"),
    [
        ("Track my order", MENU, (0,)),
        ("TRACK", MENU, (0,)),
        ("2", MENU, (1,)),
        ("2)", MENU, (1,)),
        ("#2", MENU, (1,)),
        ("option two", MENU, (1,)),
        ("the second one", MENU, (1,)),
        ("the last one please", MENU, (2,)),
        ("cancell my ordr", MENU, (1,)),
        ("i want to cancel", MENU, (1,)),
        ("person pls", MENU, (2,)),
        ("order", MENU, (0, 1)),
        ("4", MENU, ()),
        ("0", MENU, ()),
        ("something else", MENU, ()),
        ("where is my order", MENU, ()),
        ("not track", MENU, ()),
        ("", MENU, ()),
        ("i want express plus please", ["Express", "Express plus"], (1,)),
        ("express", ["Express", "Express plus"], (0,)),
        ("4", ["2 people", "4 people"], (1,)),
        ("2", ["2 people", "4 people"], (0,)),
        ("standrad", ["Express", "Standard"], (1,)),
        ("anything", [], ()),
    ],
)
def test_a_reply_picks_the_option_it_names(reply: str, titles: Sequence[str], expected: tuple[int, ...]) -> None:
    assert pick(reply, titles) == expected


@pytest.mark.parametrize(("reply", "expected"), [("4", (1,)), ("2", (0,)), ("1", ()), ("six", (2,))])
def test_titles_with_numbers_of_their_own_are_meant_by_those(reply: str, expected: tuple[int, ...]) -> None:
    assert pick(reply, ["2 people", "4 people", "6 people"]) == expected


@pytest.mark.parametrize(
    ("reply", "titles", "expected"),
    [
        ("the second one", ["2 people", "3 people", "4 people"], (1,)),
        ("last", ["2 people", "3 people", "4 people"], (2,)),
        ("option 2", ["2 people", "3 people", "4 people"], (1,)),
        ("the first one", ["24 hours", "48 hours", "1 week"], (0,)),
        ("1", ["2024", "2025", "2026"], (0,)),
        ("2", ["9:00", "10:00"], (1,)),
        ("1", ["3D print", "24/7 line"], (0,)),
        ("the first", ["1. Billing", "2. Delivery"], (0,)),
    ],
)
def test_an_ordinal_is_a_place_and_so_is_a_number_among_years_and_hours(
    reply: str, titles: Sequence[str], expected: tuple[int, ...]
) -> None:
    assert pick(reply, titles) == expected


def test_no_names_the_title_that_says_it_beside_others_that_begin_with_a_no() -> None:
    assert pick("no", ["No, keep it", "Yes, cancel it", "Not sure yet"]) == (0,)


def test_a_number_picks_nothing_where_it_means_itself() -> None:
    assert pick("2", ["small", "large"], numbers=False) == ()
    assert pick("el segundo", ["pequeño", "grande"], locale="es") == (1,)

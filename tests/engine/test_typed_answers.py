"""Typed slots in a conversation: several from one sentence, the contact's clock and country, and what is sent."""

from __future__ import annotations

import pytest

from chatbot.types import Attachment
from chatbot.understanding.entities import Entities, kinds_of
from tests.engine.talk import Talk, program

TABLE = """
flow: table
start: [{intent: book}]
slots: {people: integer, day: date, hour: time}
steps:
  - {ask: people, say: How many?}
  - {ask: day, say: Which day?}
  - {ask: hour, say: What time?}
  - say: "{people} on {day|date}, {hour|time}."
"""
DAMAGE = """
flow: damage
start: [{intent: damage}]
slots: {photo: image, place: location, paper: attachment}
steps:
  - {ask: photo, say: Send a photo., if_invalid: A photo please.}
  - {ask: place, say: Where?}
  - {ask: paper, say: And the receipt?}
  - say: "{photo} at {place}, {place.latitude|round(1)}: {paper}"
"""
PHOTO = Attachment("image", "https://cdn.example/1.jpg")
SOUND = Attachment("voice", "https://cdn.example/1.ogg")
BILL = Attachment("file", "https://cdn.example/1.pdf", title="bill.pdf")
PIN = Attachment("location", title="The shop", latitude=41.3851, longitude=2.1734)


def booking(**facts: object) -> Talk:
    talk = Talk(program(TABLE), **facts)
    talk.engine.entities = Entities.build({}, kinds_of(talk.engine.program))
    return talk


def damage() -> Talk:
    talk = Talk(program(DAMAGE))
    assert talk.says("it is broken", "damage") == ["Send a photo."]
    return talk


def test_one_sentence_fills_three_slots() -> None:
    assert booking().says("a table for 4 tomorrow at 8pm", "book") == ["4 on 6 January 2026, 20:00."]


def test_what_the_opening_sentence_did_not_say_is_asked_for() -> None:
    talk = booking()
    assert talk.says("a table on friday", "book") == ["How many?"]
    assert talk.says("four of us") == ["What time?"]
    assert talk.says("at half past eight") == ["4 on 9 January 2026, 08:30."]


def test_a_day_is_the_contacts_day() -> None:
    talk = booking(timezone="Pacific/Kiritimati")  # already Tuesday there
    talk.says("a table", "book")
    talk.says("2")
    talk.says("today")
    assert talk.slot("day") == "2026-01-06"


def test_no_day_of_the_calendar_costs_a_try() -> None:
    talk = booking()
    talk.says("a table for 2", "book")
    assert talk.says("31 April") == ["Sorry, I did not get that. Could you try again?"]
    assert talk.says("30 April") == ["What time?"]
    assert talk.slot("day") == "2026-04-30"


def test_a_photo_a_place_and_a_file_are_taken_as_answers() -> None:
    talk = damage()
    assert talk.says("", attachments=(PHOTO,)) == ["Where?"]
    assert talk.slot("photo") == "https://cdn.example/1.jpg"
    assert talk.says("", attachments=(PIN,)) == ["And the receipt?"]
    assert talk.slot("place") == {"latitude": 41.3851, "longitude": 2.1734}
    assert talk.says("", attachments=(BILL,)) == ["https://cdn.example/1.jpg at The shop, 41.4: bill.pdf"]


def test_a_photo_with_words_is_taken_too_and_the_first_of_several() -> None:
    talk = damage()
    assert talk.says("here it is", attachments=(SOUND, PHOTO, Attachment("image", "https://x.example/2"))) == ["Where?"]
    assert talk.slot("photo") == "https://cdn.example/1.jpg"


@pytest.mark.parametrize("sent", [SOUND, BILL, PIN, Attachment("sticker", "https://x.example/s"), Attachment("image")])
def test_something_else_than_was_asked_for_is_no_answer(sent: Attachment) -> None:
    assert damage().says("", attachments=(sent,)) == ["A photo please."]


def test_words_are_no_photo_but_coordinates_are_a_place() -> None:
    talk = damage()
    assert talk.says("https://x.example/photo.jpg") == ["A photo please."]
    talk.says("", attachments=(PHOTO,))
    assert talk.says("41.3851, 2.1734") == ["And the receipt?"]


def test_a_phone_number_is_read_in_the_contacts_country() -> None:
    flow = "flow: call\nstart: [{intent: call}]\nslots: {phone: phone}\n"
    flow += "steps: [{ask: phone, say: Number?}, {say: '{phone}'}]"
    talk = Talk(program(flow), contact={"country": "ES"})
    talk.says("call me", "call")
    assert talk.says("it's 612 345 678 thanks") == ["+34 612 34 56 78"]


def test_a_span_reads_well_in_an_expression() -> None:
    flow = (
        "flow: stay\nstart: [{intent: stay}]\nslots: {stay: duration}\n"
        "steps: [{ask: stay, say: How long?}, "
        "{if: stay.days > 3, then: [{say: Long.}], else: [{say: 'Short: {stay}.'}]}]"
    )
    for words, reply in (("2 weeks", "Long."), ("a day and a half", "Short: a day and a half.")):
        talk = Talk(program(flow))
        talk.says("stay", "stay")
        assert talk.says(words) == [reply]

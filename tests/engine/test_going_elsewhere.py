"""What happens at the seams: commands in sentences, offers left open, queues left, calls overtaken."""

from __future__ import annotations

import pytest

from chatbot.types import Alert, Call, Consent, Control, LeaveQueue, Ranked, Reading, StopCall
from tests.conformance.kit import REFUND, bot
from tests.engine.talk import Talk, program

GO = "flow: go\ntitle: Go\nstart: [{intent: go}]\nslots: {people: integer}\nsteps: [{ask: people, say: How many?}]"
JOB = "flow: job\nstart: [{intent: job}]\nslots: {job: text}\nsteps: [{ask: job, say: Your job?}, {say: 'A {job}.'}]"
MAIL = "flow: mail\ntitle: Mail\nstart: [{intent: mail}]\nslots: {m: email}\nsteps: [{ask: m, say: Mail?}, {say: Ok.}]"
SAY = "flow: hours\ntitle: Hours\nstart: [{intent: hours}]\nsteps: [{say: 9 to 5.}]"
BACK = "flow: back\nstart: [{intent: back}]\nsteps: [{handoff: default, then: [{say: Welcome back.}]}]"
POST = "flow: post\nstart: [{intent: post}]\nsteps: [{fetch: POST shop /o}, {say: Done.}]"
SHOP = {"services": {"shop": {"url": "https://shop.example"}}}


@pytest.fixture
def talk() -> Talk:
    return Talk(program(GO, JOB, MAIL, SAY, BACK, POST, bot=SHOP))


@pytest.mark.parametrize("command", ["opt_out", "opt_in", "restart", "cancel", "delete_data"])
def test_a_command_that_is_not_the_whole_message_is_never_obeyed(talk: Talk, command: str) -> None:
    talk.says("go", "go")
    talk.says("messages do not arrive", f"command_{command}")
    assert not any(isinstance(effect, Consent) for effect in talk.turn.effects)
    assert talk.state.top is not None
    assert talk.state.top.flow == "go"


def test_help_within_free_words_is_a_part_of_them_and_a_clear_wish_for_a_person_is_none(talk: Talk) -> None:
    talk.says("job", "job")
    assert talk.says("let me talk to somebody first", "command_human")[0].startswith("I am passing you to a person")
    talk = Talk(program(GO, JOB, bot=SHOP))
    talk.says("job", "job")
    assert talk.says("desk help", "command_help") == ["A desk help."]


@pytest.mark.parametrize("command", ["cancel", "delete_data", "opt_out", "restart"])
def test_a_pressed_button_is_meant_whichever_command_it_is(talk: Talk, command: str) -> None:
    talk.says("go", "go")
    assert talk.says("Button", payload=f"intent:command_{command}") != []
    assert f"command {command}" in talk.notes


def test_yes_to_an_offered_person_reaches_one(talk: Talk) -> None:
    said = talk.says("hours, and a human", "hours", then="command_human")
    assert said[-1].startswith("You also asked about this")
    assert talk.says("yes")[0].startswith("I am passing you to a person")


def test_what_nothing_can_be_done_for_is_not_offered(talk: Talk) -> None:
    assert talk.says("hours and cancel", "hours", then="command_cancel") == ["9 to 5."]


def test_cancel_forgets_what_else_was_asked_for(talk: Talk) -> None:
    talk.says("go and mail", "go", then="mail")
    assert talk.says("cancel", command="cancel") == ["OK, I stopped that."]
    assert talk.says("hours", "hours") == ["9 to 5."]


def test_leaving_the_queue_leaves_nothing_behind(talk: Talk) -> None:
    talk.says("back", "back")
    talk.says("cancel", command="cancel")
    assert LeaveQueue() in talk.turn.effects
    assert talk.state.frames == []
    assert talk.says("back", "back")[0].startswith("I am passing you to a person")


def test_help_while_a_call_runs_neither_stops_it_nor_makes_it_again(talk: Talk) -> None:
    talk.says("post", "post")
    talk.says("help", command="help")
    assert not any(isinstance(effect, Call | StopCall) for effect in talk.turn.effects)
    assert talk.service_answers(200) == ["Done."]


def test_a_command_that_goes_elsewhere_ends_the_flow_whose_call_it_cancels(talk: Talk) -> None:
    talk.says("post", "post")
    assert talk.says("cancel", command="cancel") == ["OK, I stopped that."]
    assert any(isinstance(effect, StopCall) for effect in talk.turn.effects)
    assert talk.state.frames == []


def test_an_unclear_answer_to_an_offer_is_never_met_with_silence(talk: Talk) -> None:
    talk.says("go", "go")
    talk.says("mail", "mail")
    talk.says("a@example.com")
    assert talk.says("blargh") != []
    assert talk.says("blargh") == ["OK, let us leave that. What can I do for you?"]
    talk.says("race", close=("go", "mail"))
    talk.says("blargh")
    assert talk.says("blargh")[0].startswith("Sorry, I did not understand")


def test_going_elsewhere_withdraws_the_offer_to_resume(talk: Talk) -> None:
    talk.says("go", "go")
    talk.says("mail", "mail")
    assert talk.says("a@example.com")[-1] == "Shall we go on with this: Go?"
    assert talk.says("job", "job") == ["Your job?"]
    assert [frame.flow for frame in talk.state.frames] == ["go", "job"]
    assert talk.says("nurse") == ["A nurse.", "Shall we go on with this: Go?"]


def test_a_value_of_a_typed_slot_beats_the_number_of_a_suggestion() -> None:
    flow = """
flow: f
start: [{intent: go}]
slots: {people: integer}
steps:
  - {ask: people, say: How many?, suggest: ["10", "20", "30"]}
  - say: "{people}."
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("2") == ["2."]
    talk.says("go", "go")
    assert talk.presses("20") == ["20."]


def test_now_can_be_compared_and_printed() -> None:
    flow = "flow: f\nstart: [{intent: go}]\nsteps:\n  - if: now > '2026-01-01'\n    then: {say: '{now|date}'}"
    assert Talk(program(flow)).says("go", "go") == ["5 January 2026"]


@pytest.mark.parametrize("command", ["cancel", "restart", "opt_out", "delete_data", "help"])
def test_a_flow_on_a_command_speaks_and_the_engine_still_does_it(command: str) -> None:
    own = f"flow: own\nstart: [{{intent: command_{command}}}]\nsteps: [{{say: Mine.}}]"
    talk = Talk(program(GO, own))
    talk.says("go", "go")
    said = talk.says(command, command=command)
    assert said[0] == "Mine."
    assert said[1:] == (["How many?"] if command in ("help", "delete_data") else [])
    assert [frame.flow for frame in talk.state.frames] == (["go"] if command in ("help", "delete_data") else [])


def test_the_own_intent_of_a_called_flow_asks_again_and_starts_no_second_copy() -> None:
    outer = "flow: outer\nstart: [{intent: outer}]\nsteps: [{call: go}]"
    talk = Talk(program(GO, outer))
    talk.says("outer", "outer")
    assert talk.says("go", "go") == ["How many?"]
    assert [frame.flow for frame in talk.state.frames] == ["outer", "go"]


def test_a_question_for_any_words_hears_its_own_intent_once_and_then_as_the_answer(talk: Talk) -> None:
    talk.says("job", "job")
    assert talk.says("job", "job") == ["Your job?"]
    assert talk.says("job", "job") == ["A job."]


def test_an_integer_is_taken_out_of_the_opening_sentence() -> None:
    talk = Talk(program(GO.replace("How many?}]", "How many?}, {say: '{people} it is.'}]")))
    assert talk.says("a table for 5", "go") == ["5 it is."]


def test_a_blank_first_message_does_not_use_up_the_greeting() -> None:
    talk = Talk(program(SAY))
    talk.state.met, talk.state.turns = False, 0
    talk.says("   ")
    assert talk.says("hmm") == ["I am a bot.", "What can I do for you?"]


def test_the_raw_value_of_a_choice_is_what_was_typed() -> None:
    flow = """
flow: f
start: [{intent: go}]
steps:
  - {choose: size, say: Which?, options: [{title: Small}, {title: Large}]}
  - say: "{size} ({size.raw})"
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("the 2nd") == ["Large (the 2nd)"]


def test_a_tie_between_options_is_told_the_authors_words() -> None:
    flow = """
flow: f
start: [{intent: go}]
steps:
  - {choose: size, say: Which?, if_invalid: One of them., options: [{title: Red box}, {title: Blue box}]}
"""
    talk = Talk(program(flow))
    talk.says("go", "go")
    assert talk.says("box") == ["One of them."]


def test_a_privacy_flow_that_asks_while_a_call_runs_does_not_lose_the_answer() -> None:
    own = "flow: system.delete_data\nsteps: [{confirm: Really?, if_no: {say: Then not.}}, {say: Noted.}]"
    talk = Talk(program(POST, own, bot=SHOP))
    talk.says("post", "post")
    assert talk.says("delete my data", command="delete_data") == ["Really?"]
    talk.service_answers(200)
    assert talk.state.call is None


def test_a_handoff_under_a_person_tells_that_person_instead() -> None:
    own = "flow: system.opt_out\nsteps: [{say: Sorry to see you go.}, {handoff: default, note: asks to stop}]"
    talk = Talk(program(own))
    talk.control = "human"
    talk.says("stop", command="opt_out")
    assert talk.handoff is None
    assert Consent("opt_out") in talk.turn.effects
    assert any(isinstance(effect, Alert) for effect in talk.turn.effects)


def test_who_may_be_asking_for_a_person_is_asked_and_climbs_no_ladder(talk: Talk) -> None:
    reading = Reading("en", ranked=(Ranked("command_human", 0.5),))
    assert talk.happens("message", text="some agent about my refund", reading=reading) == [
        "Which of these did you mean?"
    ]
    assert talk.options()[-1] == "Something else"
    assert talk.says("1")[0].startswith("I am passing you to a person")


def test_whoever_wants_their_data_deleted_says_so_twice_and_then_it_is() -> None:
    talk = Talk(program(GO))
    talk.says("go", "go")
    assert talk.says("delete my data", command="delete_data")[-1].startswith("This deletes everything")
    assert Consent("erase") not in talk.turn.effects
    assert talk.says("yes") == ["Your data has been deleted."]
    assert Consent("erase") in talk.turn.effects
    assert talk.state.frames == []


@pytest.mark.parametrize("answers", [["no"], ["never mind"], ["hm", "well", "perhaps"]])
def test_whoever_thinks_better_of_it_keeps_their_data(answers: list[str]) -> None:
    talk = Talk(program(GO))
    talk.says("delete my data", command="delete_data")
    for answer in answers:
        said = talk.says(answer, command="cancel" if answer == "never mind" else "")
        assert "Your data has been deleted." not in said
    assert Consent("erase") not in talk.turn.effects
    assert talk.state.frames == []


@pytest.mark.parametrize("control", ["queued", "human"])
def test_while_people_have_the_conversation_they_are_told_and_see_to_it(control: Control) -> None:
    talk = Talk(program(GO))
    talk.control = control
    assert talk.says("delete my data", command="delete_data") == [
        "We have noted that you want your data deleted. Our team will do that and tell you here when it is done."
    ]
    assert any(isinstance(effect, Alert) for effect in talk.turn.effects)
    assert talk.state.frames == []


def test_only_the_flow_that_deletes_data_deletes_data() -> None:
    talk = Talk(program("flow: f\nstart: [{intent: go}]\nsteps: [{say: Bye.}, {end: erase}]"))
    talk.says("go", "go")
    assert Consent("erase") not in talk.turn.effects


def test_a_flow_without_a_title_is_called_what_its_intent_is() -> None:
    """ids are never shown to a customer"""
    untitled = (
        "flow: main\nstart: { intent: order_status }\nslots: { email: email }\nsteps: [{ ask: email, say: Mail? }]"
    )
    bot(untitled, REFUND).chat("""
        - user: track my order
        - bot: Mail?
        - user: i want my money back
        - bot: Why?
        - user: it broke
        - bot: Noted it broke.
        - bot: "Shall we go on with this: Check an order?"
    """)

"""A bot that speaks German and nothing else: commands and the framework's own words, without a word of its author."""

from __future__ import annotations

from tests.conformance.kit import bot

GERMAN = {
    "bot": "name: Laden\nlanguages: [de]\ndisclosure: Ich bin ein Bot.\nchannels: { site: { kind: webchat } }\n",
    "intents__main": """
        intents:
          order_status:
            title: Wo ist mein Paket
            say: [wo ist (mein paket|meine bestellung), bestellung verfolgen, wann kommt mein paket an]
          cancel_order:
            title: Bestellung stornieren
            say: [meine bestellung stornieren, ich möchte die bestellung stornieren, bestellung abbrechen]
        """,
}
GERMAN_FLOW = """
    flow: main
    title: Ihr Paket
    start: { intent: order_status }
    slots: { story: text }
    steps: [{ ask: story, say: Welches? }, { say: "Notiert: {story}." }]
    """
STORNO = "flow: storno\nstart: { intent: cancel_order }\nsteps: [{ say: Storniert. }]\n"


def test_a_conversation_in_german_knows_the_commands_and_answers_in_german() -> None:
    shop = bot(GERMAN_FLOW, STORNO, **GERMAN)
    shop.chat("""
        - user: wo ist mein paket
        - bot: Welches?
        - user: Hilfe!
        - bot: Schreiben Sie „abbrechen“*
        - bot: Welches?
        - user: abrechen
        - bot: In Ordnung, ich habe das abgebrochen.
        - user: ich möchte meine bestellung abbrechen
        - bot: Storniert.
        - user: wo ist meine bestellung
        - bot: Welches?
        - user: ich wollte den ersten abbrechen weil er nie kam
        - bot: "Notiert: ich wollte den ersten*"
        - user: bitte keine Nachrichten mehr
        - bot: Sie bekommen keine Nachrichten mehr von uns.*START*
        - user: start
        - bot: Sie bekommen wieder Nachrichten von uns.*ABBESTELLEN*
        - user: ich will mit einem Menschen sprechen
        - bot: Ich gebe Sie an einen Mitarbeiter weiter.*
        - expect: { handoff: default }
    """)
    shop.chat("""
        - user: mein Mann atmet nicht, rufen Sie bitte einen Krankenwagen
        - bot: Das klingt ernst*
        - expect: { handoff: default, priority: urgent }
    """)

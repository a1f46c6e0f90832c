"""Small projects in memory for tests of content."""

from collections.abc import Mapping

from chatbot.content.diagnostics import Diagnostic, render_text
from chatbot.content.load import Loaded, load_texts

BOT = """\
name: Acme
languages: [en]
services: { orders_api: { url: "https://api.example" } }
hours: { shop: { timezone: Europe/Madrid, week: { mon-fri: ["09:00-13:30"] } } }
queues: { orders: { hours: shop } }
contact: { vip: yes_no }
"""
INTENTS = """\
entities:
  order_number: { match: '[A-Z]{2}-?\\d{6}', clean: [upper] }
intents:
  order_status:
    title: Check an order
    say: [where is my order, track my order, has it shipped]
"""
HEAD = """\
flow: order_status
start: [{ intent: order_status }]
slots: { order_number: order_number }
steps:
"""
ASK = "  - { ask: order_number, say: Which order? }\n"


def load(environ: Mapping[str, str] | None = None, /, **files: str) -> Loaded:
    """A project of BOT, INTENTS and a flow that asks; a keyword such as `flows_a` replaces or adds flows/a.yaml."""
    project = {"bot.yaml": BOT, "intents/main.yaml": INTENTS, "flows/order.yaml": HEAD + ASK}
    for name, text in files.items():
        project["bot.yaml" if name == "bot" else f"{name.replace('_', '/', 1)}.yaml"] = text
    return load_texts(project, environ or {})


def steps(text: str) -> Loaded:
    """The project with these steps, indented by two, behind the question of its flow."""
    return load(flows_order=HEAD + ASK + text)


def shown(loaded: Loaded) -> str:
    return render_text(loaded.diagnostics, loaded.sources)


def places(problems: tuple[Diagnostic, ...]) -> list[str]:
    return [
        f"{problem.code} {problem.file}:{problem.line}:{problem.column}-{problem.end_column}" for problem in problems
    ]

"""The reference pages say what the code does: the made ones are up to date, the written ones name every setting."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from pydantic import BaseModel

from chatbot.channels.bridge.mapping import AttachmentPaths, BridgeMap, ReferralPaths
from chatbot.channels.bridge.settings import BridgeSettings, Challenge
from chatbot.channels.instagram.settings import InstagramSettings
from chatbot.channels.messenger.settings import MessengerSettings
from chatbot.channels.registry import open_channel
from chatbot.channels.telegram.settings import TelegramSettings
from chatbot.channels.tiktok.settings import TikTokSettings
from chatbot.channels.webchat.settings import Files, WebChatSettings
from chatbot.channels.whatsapp.settings import WhatsAppSettings
from chatbot.channels.x.settings import XSettings
from chatbot.content import bot_file, messages, models, steps
from chatbot.content.load import load_texts
from chatbot.testing import models as case_models

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def generator() -> ModuleType:
    spec = spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["expressions.md", "command-line.md", "keys.md", "channels.md", "system-flows.md"])
def test_a_page_made_from_the_code_is_up_to_date(name: str) -> None:
    path = DOCS / "reference" / name
    made = {each: text for each, text in generator().pages().items() if each.name == name}
    assert made == {path: path.read_text(encoding="utf-8")}, "run: .venv/bin/python docs/generate.py"


def test_the_page_of_each_channel_has_its_settings_and_limits_as_they_are() -> None:
    made = {path: text for path, text in generator().pages().items() if path.parent == DOCS / "how-to"}
    assert made == {path: path.read_text(encoding="utf-8") for path in made}, "run: .venv/bin/python docs/generate.py"
    assert len(made) == 8
    assert all("| `api_url`" in text and "## What it shows" in text for text in made.values())


@pytest.mark.parametrize("kind", ["messenger", "instagram", "whatsapp", "telegram", "x", "tiktok", "bridge"])
def test_the_account_on_the_page_of_a_channel_can_be_opened(kind: str) -> None:
    text = (DOCS / "how-to" / f"{kind}.md").read_text(encoding="utf-8")
    shown = next(each for each in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if f"kind: {kind}" in each)
    [(account, settings)] = yaml.load(shown, yaml.CBaseLoader)["channels"].items()  # noqa: S506 - makes texts only
    secret = "whsec_" + b64encode(b"k" * 32).decode()
    filled = {key: secret if str(value).startswith("${") else value for key, value in settings.items()}
    filled |= {"token": "123:abc", "secret_token": "abc"} if kind == "telegram" else {}
    assert open_channel(account, filled).kind == kind


def test_every_link_between_the_pages_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    texts = {page.resolve(): _without_code(page.read_text(encoding="utf-8")) for page in pages}
    anchors = {page: set(map(_anchor, re.findall(r"^#+ (.+)$", text, re.MULTILINE))) for page, text in texts.items()}
    lost = []
    for page, text in texts.items():
        for to in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, anchor = to.partition("#")
            target = (page.parent / path).resolve() if path else page
            if to.startswith(("http://", "https://", "mailto:")):
                continue
            if not target.exists() or (anchor and anchor not in anchors.get(target, set())):
                lost.append(f"{page.relative_to(ROOT)}: {to}")
    assert lost == []


def _without_code(text: str) -> str:
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.sub(r"`[^`\n]*`", lambda code: code[0].replace("](", "] ("), prose)


def _anchor(head: str) -> str:
    """What a heading is called in an address."""
    return re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-")


def test_every_rule_has_its_page_and_no_page_is_left_over() -> None:
    folder = DOCS / "reference" / "rules"
    made = {path: text for path, text in generator().pages().items() if path.parent == folder}
    kept = {path: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert made == kept, "run: .venv/bin/python docs/generate.py"
    assert all("## For example" in text for path, text in kept.items() if path.stem != "README")


def keys(model: type[BaseModel]) -> Iterator[str]:
    """The keys as an author writes them."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        if not key.startswith("<"):
            yield key


FLOW_FILE = (
    models.FlowFile, models.Trigger, models.SlotType, models.IntentFile, models.Intent, models.EntityType,
    messages.ButtonText, messages.CardText, messages.PlaceText,
    steps.SayStep, steps.AskStep, steps.FormStep, steps.ChooseStep, steps.Option, steps.ConfirmStep,
    steps.ConsentStep, steps.RateStep, steps.Silence, steps.SetStep, steps.IfStep, steps.CasesStep, steps.Case,
    steps.SplitStep, steps.Branch, steps.FetchStep, steps.RunStep, steps.CallStep, steps.GotoStep, steps.AgainStep,
    steps.WaitStep, steps.Awaited, steps.RemindStep, steps.TagStep, steps.Goal, steps.HandoffStep, steps.EndStep,
)  # fmt: skip
BOT = (
    bot_file.Bot, bot_file.Defaults, bot_file.Matching, bot_file.Service, bot_file.Auth, bot_file.BasicAuth,
    bot_file.OAuth, bot_file.Hours, bot_file.Queue, bot_file.Bucket, MessengerSettings, WebChatSettings, Files,
    InstagramSettings, WhatsAppSettings, TelegramSettings, XSettings, TikTokSettings, BridgeSettings, Challenge,
)  # fmt: skip
TESTS = (
    case_models.CaseFile, case_models.Case, case_models.Reply, case_models.Setting, case_models.AgentMove,
    case_models.Expectation, case_models.Move,
)  # fmt: skip


def written_models(*modules: ModuleType) -> set[type[BaseModel]]:
    """What an author may write: every model of these modules that is not only the base of others."""
    made = {each for module in modules for each in vars(module).values() if _is_written(each, module)}
    return {model for model in made if not any(other is not model and issubclass(other, model) for other in made)}


def _is_written(each: object, module: ModuleType) -> bool:
    return isinstance(each, type) and issubclass(each, bot_file.Written) and each.__module__ == module.__name__


def test_the_page_of_flow_files_is_held_to_every_model_there_is() -> None:
    assert written_models(models, messages, steps) == set(FLOW_FILE)


@pytest.mark.parametrize(
    ("page", "written"),
    [("flow-files.md", FLOW_FILE), ("bot-yaml.md", BOT), ("tests.md", TESTS)],
)
def test_every_key_an_author_may_write_stands_on_its_page(page: str, written: tuple[type[BaseModel], ...]) -> None:
    text = (DOCS / "reference" / page).read_text(encoding="utf-8")
    missing = {f"{model.__name__}.{key}" for model in written for key in keys(model) if not stands(key, text)}
    assert missing == set()


def test_every_path_of_a_bridges_map_stands_on_the_page_of_events() -> None:
    text = (DOCS / "reference" / "events.md").read_text(encoding="utf-8").partition("JSON of its own\n")[2]
    named = {key for model in (BridgeMap, AttachmentPaths, ReferralPaths) for key in model.model_fields}
    assert {key for key in named if not re.search(rf"\b{key}\b", text)} == set()


def stands(key: str, text: str) -> bool:
    """In code, as a word of its own."""
    return re.search(rf"`[^`\n]*(?<!\w){re.escape(key)}(?!\w)[^`\n]*`", text) is not None


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (bot_file.Defaults, {"tries": "3", "resume": "ask", "silence": "30m", "call_timeout": "5s", "depth": "3"}),
        (bot_file.Matching, {"accept": "0.6", "margin": "0.15", "suggest": "0.3"}),
        (bot_file.Queue, {"capacity": "4", "priority": "normal"}),
        (MessengerSettings, {"version": "v25.0", "api_url": "https://graph.facebook.com", "unsettled": "resend"}),
    ],
)
def test_the_defaults_on_the_page_are_those_of_the_code(model: type[BaseModel], values: dict[str, str]) -> None:
    text = (DOCS / "reference" / "bot-yaml.md").read_text(encoding="utf-8")
    for name, value in values.items():
        assert re.search(rf"\| `{name}` \| `?{re.escape(value)}`? ", text), name
        default = model.model_fields[name].default
        read = {"30m": 1_800_000, "5s": 5_000}.get(value, value)
        assert str(default) == str(read), name


def examples() -> Iterator[str]:
    page = (DOCS / "reference" / "flow-files.md").read_text(encoding="utf-8")
    yield from re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", list(examples()))
def test_every_example_on_the_page_has_a_right_shape(example: str) -> None:
    """What its names refer to is not on the page; how it is written must be right."""
    name = "intents/example.yaml" if example.startswith("entities:") else "flows/example.yaml"
    text = example if re.match(r"flow:|entities:", example) else f"flow: example\nsteps:\n{example}"
    problems = load_texts({"bot.yaml": "name: Acme\n", name: text}, {}).diagnostics
    assert [problem for problem in problems if problem.code.startswith("CB1")] == []

"""What a project defines, for the checks to look names up in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from chatbot.content.diagnostics import Place
from chatbot.content.expression import Expression
from chatbot.content.graph import Graph
from chatbot.content.models import FlowFile, Intent, TextFile
from chatbot.content.project import File, Kind, Project, merged_intents
from chatbot.content.shape import Path, key_place, place_of, within
from chatbot.content.steps import CallingStep, CallStep, ChooseStep, ConsentStep, RateStep, SetStep, Step, WaitStep
from chatbot.content.template import Template
from chatbot.content.vocabulary import CONTACT
from chatbot.content.walk import steps_of, way_of, written_in
from chatbot.content.yaml_source import Source
from chatbot.policy.consent import OPTED_IN, OPTED_OUT


@dataclass(slots=True)
class Flow:
    """A flow with what its checks share: its graph, every step with its path, and the texts and expressions in it."""

    source: Source
    model: FlowFile
    shipped: bool
    graph: Graph
    steps: list[tuple[Path, Step]]
    paths: dict[int, Path]
    written: dict[int, list[tuple[Path, Template | Expression]]]

    @property
    def name(self) -> str:
        return self.model.flow

    def place(self, path: Path) -> Place:
        return place_of(self.source, path)

    def key(self, path: Path, name: str) -> Place:
        return key_place(self.source, path, name)

    def path_of(self, step: Step) -> Path:
        return self.paths[id(step)]

    def verb_place(self, step: Step) -> Place:
        return self.place(self.path_of(step))

    def way_place(self, step: Step, outcome: str) -> Place:
        """Where an outcome of a step is written; the step itself where it is not."""
        path = (*self.path_of(step), *way_of(step, outcome))
        return place_of(self.source, path, key=True)

    def texts(self, step: Step) -> Iterator[tuple[Path, Template]]:
        return ((path, used) for path, used in self.written[id(step)] if isinstance(used, Template))

    def expressions(self, step: Step) -> Iterator[tuple[Path, Expression]]:
        return ((path, used) for path, used in self.written[id(step)] if isinstance(used, Expression))

    def inside(self, path: Path, column: int, length: int) -> Place:
        return within(self.source, path, column, length)

    def saved(self) -> set[str]:
        """Names its steps bring about, beside its slots."""
        return {name for _, step in self.steps for name in brought_about(step)}


def brought_about(step: Step) -> Iterable[str]:
    """The names a step gives a value to, beside the slots that are asked for."""
    match step:
        case CallingStep(saved=saved):
            return saved
        case WaitStep(save=str() as name) | ChooseStep(choose=name):
            return (name,)
        case RateStep(rate=rate, save=name):
            return (name or rate,)
        case CallStep(save=saved):
            return saved
        case SetStep(set=targets):
            return (target for target in targets if "." not in target)
        case _:
            return ()


@dataclass(slots=True)
class Index:
    """Everything that can be referred to. `sure(kind)`: all files of that kind could be read, so a gap is a mistake."""

    project: Project
    flows: list[Flow]
    intents: dict[str, Intent]
    entities: set[str]
    queues: list[str]
    hours: list[str]
    services: list[str]
    contact: list[str]
    languages: Sequence[str]
    remembered: frozenset[str]
    by_name: dict[str, Flow] = field(default_factory=dict)

    @property
    def awaited(self) -> set[str]:
        """The outside events that some flow waits for."""
        steps = (step for flow in self.flows for _, step in flow.steps if isinstance(step, WaitStep))
        return {step.wait.event for step in steps if step.wait.event is not None}

    @property
    def purposes(self) -> set[str]:
        """What some flow asks consent for, and how a contact stands as a whole."""
        steps = (step for flow in self.flows for _, step in flow.steps if isinstance(step, ConsentStep))
        return {OPTED_IN, OPTED_OUT, *(step.consent for step in steps)}

    def sure(self, *kinds: Kind) -> bool:
        return not self.project.broken.intersection(kinds)

    def own_texts(self) -> list[File[TextFile]]:
        return [file for file in self.project.texts if not file.shipped]

    def own_flows(self) -> Iterator[Flow]:
        return (flow for flow in self.flows if not flow.shipped)


def index_of(project: Project) -> Index:
    flows = [_flow(file, project.graph(file.model)) for file in project.flows]
    bot = project.bot.model if project.bot else None
    languages = bot.languages if bot else ("en",)
    by_name = {flow.name: flow for flow in sorted(flows, key=lambda flow: not flow.shipped)}
    return Index(
        project,
        flows,
        merged_intents(project.intents, languages),
        {name for file in project.intents for name in file.model.entities},
        list(dict.fromkeys(("default", *(bot.queues if bot else ())))),
        list(bot.hours if bot else ()),
        list(bot.services if bot else ()),
        [*CONTACT, *(bot.contact if bot else ())],
        languages,
        _remembered(flows),
        by_name,
    )


def _remembered(flows: Sequence[Flow]) -> frozenset[str]:
    """What may be known of a conversation: its id and language, and what some flow sets."""
    steps = (step for flow in flows for _, step in flow.steps if isinstance(step, SetStep))
    targets = (target.partition(".") for step in steps for target in step.set)
    return frozenset({"id", "language", *(field for root, _, field in targets if root == "conversation")})


def _flow(file: File[FlowFile], graph: Graph) -> Flow:
    steps = list(steps_of(file.model))
    paths = {id(step): path for path, step in steps}
    written = {id(step): list(written_in(step, path)) for path, step in steps}
    return Flow(file.source, file.model, file.shipped, graph, steps, paths, written)

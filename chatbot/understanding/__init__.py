"""Text -> Reading: what a customer's message says, and why it was read so."""

from chatbot.understanding import binaries

if binaries.are_current():
    __path__.insert(0, str(binaries.FOLDER))

from chatbot.understanding.entities import Entities, pick
from chatbot.understanding.explain import Explanation
from chatbot.understanding.reading import Context
from chatbot.understanding.understanding import Understanding

__all__ = ["Context", "Entities", "Explanation", "Understanding", "pick"]

"""How customers ask for something: "can I", "I want to", "please"; and how they tell of what was.

Needed where words about a thing and the wish for it are to be told apart: "let me talk to a person" is one, "I talked
to a person and nobody helped" a story.
"""

from __future__ import annotations

import re
from typing import Final

from chatbot.understanding.fold import fold

_WISH: Final = re.compile(
    r"\b(?:can|could|may|let me|want|need|would like|id like|prefer|rather|please|pls|put me|connect|transfer|give me"
    r"|get me|pass me|quiero|quisiera|puedo|podria|necesito|prefiero|paseme|pasame|ponme|pongame|comunicame|comuniqueme"
    r"|mochte|will|kann|konnte|bitte|verbinde\w*|brauche|veux|voudrais|puis.je|peux|pouvez|passez|besoin"
    r"|vorrei|voglio|posso|potrei|passami|mi passi|quero|queria|preciso|gostaria|wil|kan|mag|graag"
    r"|istiyorum|isterim|lutfen|baglar misin\w*)\b"
)
_TOLD: Final = re.compile(
    r"\b(?:talked|spoke|spoken|called|told|said|refused|promised|answered|helped|was|were|had|yesterday|nobody|no one"
    r"|never|(?:do|does|did|is|are|have|has|could|would|wo|should)n.?t|not|hable|llame|dijeron|dijo|ayudo|nadie|nunca|ayer|gesprochen|telefoniert|angerufen|niemand|nicht|gestern"
    r"|parle a|ai parle|appele|personne ne|jamais|hier|ho parlato|chiamato|nessuno|ieri|falei|liguei|ninguem|ontem"
    r"|gesproken|gebeld|gisteren|konustum|aradim|kimse|dun)\b"
)


def requests(text: str) -> bool:
    """Whether a message asks for something, and does not tell of what was or was not."""
    said = fold(text)
    return _WISH.search(said) is not None and _TOLD.search(said) is None

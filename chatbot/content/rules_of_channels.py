"""What `chatbot check` says of channels, codes 5xx: limits and message templates; a class each, as in rules.py."""

from __future__ import annotations

from chatbot.content.diagnostics import Rule


class TextTooLong(Rule):
    """A text longer than a channel of the project takes in one message; it is sent in pieces.

    The values in it are not counted, so it may be longer still.
    """

    code, title, severity = "CB501", "text over a channel's limit", "warning"


class TooManyWays(Rule):
    """More options, suggestions, buttons or cards than a channel of the project can show.

    They are written out and numbered; further cards stand in another row.
    """

    code, title, severity = "CB502", "too many options", "warning"


class TitleTooLong(Rule):
    """A title or a line of an option or a button that a channel of the project cuts off.

    A card that is too long comes as a text between the others.
    """

    code, title, severity = "CB503", "title over a channel's limit", "warning"


class NotAWebAddress(Rule):
    """A link, picture or file whose address does not begin with `https://`; no platform opens it.

    It is written out in the text instead: `Call us: tel:+4930123`.
    """

    code, title, severity = "CB508", "not a web address", "warning"


class UnknownTemplate(Rule):
    """A `say` names a template that bot.yaml does not have under `templates`."""

    code, title = "CB504", "unknown template"


class TemplateValues(Rule):
    """A `say` gives a template other values than it has holes, or not the picture, video or file it stands under."""

    code, title = "CB505", "wrong values for a template"


class TemplateLanguage(Rule):
    """A template is not approved in a language of the bot: who speaks it gets the template in another one."""

    code, title, severity = "CB506", "template not in every language", "warning"


class TemplateForm(Rule):
    """A template that WhatsApp does not take, or that is not the one it approved.

    Limits: a body of 1024 characters that neither begins nor ends with a
    hole; header and footer of 60, one hole in the header; 10 buttons with titles of 25, two of them links, one a
    number to call, replies together. Holes of the body are either numbered from 1 on without a gap, or named; those of
    the header and of links have names here, since WhatsApp counts each of them from 1.
    """

    code, title = "CB507", "template out of form"


class NoOptIn(Rule):
    """A flow starts on an event and speaks, on a channel that wants the customer's opt-in for what comes unasked.

    WhatsApp, X, a bridge and channels of your own do. No flow here asks for one: who has not written within a day is
    told nothing, and `if_not_sent` hears of it. Opt-ins given elsewhere (`/api/consents`) nobody can see from here:
    then silence this.
    """

    code, title, severity = "CB509", "speaks unasked without an opt-in", "warning"

"""Every form a message can have, for the golden bodies of each channel; and any message at all, for the laws."""

from typing import Final

from hypothesis import strategies as st

from chatbot.types import (
    Attachment,
    Button,
    Card,
    Message,
    MessageTemplate,
    Reaction,
    TemplateButton,
    TemplateValue,
)


def ways(*titles: str) -> tuple[Button, ...]:
    return tuple(Button(title, payload=f"flow:{title.lower()}") for title in titles)


def sizes(count: int) -> tuple[Button, ...]:
    return ways(*(f"Size {number}" for number in range(1, count + 1)))


def hats(count: int) -> tuple[Card, ...]:
    return tuple(
        Card(f"Hat {n}", "Warm", f"https://x.example/{n}.jpg", buttons=ways(f"Buy {n}")) for n in range(1, count + 1)
    )


SHOP: Final = Button("Open the shop", url="https://acme.example/shop?a=1&b=2")
LONG: Final = " ".join(f"This is sentence number {n}, and it is here to be long." for n in range(60))
PHOTO: Final = Attachment("image", "https://x.example/shop.jpg")

FORMS: Final[dict[str, Message]] = {
    "text": Message("Hello! How can we help?"),
    "long text": Message(LONG),
    "long text with a link": Message(f"{LONG[:950]} https://acme.example/orders/{'9' * 90} is where it stands."),
    "right to left": Message("مرحبا! كيف يمكننا مساعدتك؟", options=ways("تتبع الطلب", "إرجاع")),
    "emoji": Message("👩‍👩‍👧 🇩🇪 👍🏽 " * 90, options=ways("👍🏽 Yes", "👎🏽 No")),
    "1 option": Message("Go on?", options=ways("Yes")),
    "3 options": Message("Which colour?", options=ways("Red", "Green", "Blue")),
    "4 options": Message("Which colour?", options=ways("Red", "Green", "Blue", "Black")),
    "11 options": Message("Which size?", options=sizes(11)),
    "30 options": Message("Which size?", options=sizes(30)),
    "options that say more": Message(
        "How shall we send it?",
        options=(Button("Post", "post", text="Three days, free"), Button("Courier", "courier", text="9 €\nTomorrow")),
    ),
    "11 options that say more": Message(
        "Which?", options=tuple(Button(f"Size {n}", f"s{n}", text=f"{n} cm") for n in range(1, 12))
    ),
    "1 button": Message("What next?", buttons=ways("Track")),
    "3 buttons": Message("What next?", buttons=ways("Track", "Return", "Person")),
    "5 buttons": Message("What next?", buttons=ways("Track", "Return", "Cancel", "Person", "Nothing")),
    "link": Message("Have a look:", buttons=(SHOP,)),
    "links no platform opens": Message(
        "Reach us:",
        buttons=(Button("Call", url="tel:+4930123"), SHOP, *ways("Track")),
        options=(Button("Orders", url="/orders"),),
        attachment=Attachment("image", "/a.jpg", "Our shop"),
    ),
    "card with a link no platform opens": Message(
        cards=(Card("Hat", "Warm", "/hat.jpg", "mailto:a@acme.example", (Button("Call", url="tel:+1"), *ways("Buy"))),)
    ),
    "link under a picture": Message("Have a look:", buttons=(SHOP,), attachment=PHOTO),
    "4 links": Message("Read on:", buttons=tuple(Button(f"Page {n}", url=f"https://x.example/{n}") for n in range(4))),
    "buttons and a link": Message("What next?", buttons=(*ways("Track", "Return"), SHOP)),
    "link and options": Message("And now?", buttons=(SHOP,), options=ways("Yes", "No")),
    "buttons and options": Message("And now?", buttons=ways("Track"), options=ways("Yes", "No")),
    "long titles": Message("Which?", options=ways("The very first of all options", "Another quite long option")),
    "titles that a list takes": Message("Which?", options=ways("The most expensive one", "The cheapest of them")),
    "titles alike once cut": Message(
        "Which?",
        options=ways("Returns of electronic goods, in the shop itself", "Returns of electronic goods, by mail to us"),
    ),
    "title of two lines": Message("Which?", options=(Button("Red\n and green", "red"), Button("Blue", "blue"))),
    "long payload": Message("Which?", options=(Button("A", payload="x" * 1001), Button("B", payload="b"))),
    "payload of 50 bytes": Message("Which?", buttons=(Button("A", payload="y" * 50),)),
    "options without a text": Message(options=ways("Yes", "No")),
    "long text with buttons": Message(LONG, buttons=ways("More")),
    "long text with options": Message(LONG, options=ways("More")),
    "scale of numbers": Message("How likely?", options=ways(*map(str, range(11)))),
    "titles that begin with numbers": Message("How many?", options=ways("2 people", "4 people", "6 or more")),
    "image": Message(attachment=PHOTO),
    "image with text": Message("Our shop", attachment=PHOTO),
    "image with long text": Message(LONG, attachment=PHOTO),
    "image with options": Message("Our shop. Come by?", options=ways("Yes", "No"), attachment=PHOTO),
    "image with 11 options": Message("Which?", options=sizes(11), attachment=PHOTO),
    "video": Message("How it works", attachment=Attachment("video", "https://x.example/how.mp4")),
    "audio": Message("Listen:", attachment=Attachment("audio", "https://x.example/song.mp3")),
    "voice": Message(attachment=Attachment("voice", "https://x.example/note.ogg")),
    "file": Message("Your invoice", attachment=Attachment("file", "https://x.example/invoice.pdf", "Invoice.pdf")),
    "sticker": Message(attachment=Attachment("sticker", "https://x.example/cat.webp")),
    "location": Message("We are here:", attachment=Attachment("location", "", "Acme", 52.5, 13.4, address="High St 1")),
    "location without a name": Message(attachment=Attachment("location", latitude=-12.25, longitude=100.5)),
    "location with options": Message(
        "Will you come?", options=ways("Yes", "No"), attachment=Attachment("location", "", "Acme", 52.5, 13.4)
    ),
    "1 card": Message(cards=(Card("Hat", "Warm", "https://x.example/hat.jpg", "https://x.example/hat", ways("Buy")),)),
    "3 cards": Message("Our hats:", options=ways("More"), cards=hats(3)),
    "12 cards": Message("Our hats:", cards=hats(12)),
    "card without anything": Message(cards=(Card("Hat"), Card("Cap", "Cool"))),
    "card too long": Message("Our hats:", cards=(Card("Hat", "w" * 1001, buttons=ways("Buy")),)),
    "card of nothing at all": Message(cards=(Card(""),)),
    "cards of which one is too long": Message(cards=(*hats(2), Card("Cap", "w" * 81), *hats(1))),
    "card with 5 buttons": Message(cards=(Card("Hat", "Warm", buttons=sizes(5)),)),
    "template": Message("Hi Ana.", template=MessageTemplate("hello", "en_US")),
    "template with numbered values": Message(
        "Hi Ana, order 7 is on its way.",
        template=MessageTemplate("shipped", "es", body=(TemplateValue("Ana"), TemplateValue("7"))),
    ),
    "template with all there is": Message(
        "Hi Ana.",
        attachment=PHOTO,
        template=MessageTemplate(
            "shipped",
            "en",
            body=(TemplateValue("Ana", "first_name"),),
            buttons=(TemplateButton(0, "url", "7"), TemplateButton(2, "quick_reply", "long;" * 40)),
        ),
    ),
    "template with a header": Message(
        "Hi Ana.",
        template=MessageTemplate("shipped", "en", (TemplateValue("7", "order"),), (TemplateValue("Ana", "name"),)),
    ),
    "reaction": Message(reaction=Reaction("7401", "👍")),
    "reaction of another way of writing": Message(reaction=Reaction("7401", "\u2764\ufe0f")),
    "reaction taken back": Message(reaction=Reaction("7401")),
    "empty": Message(),
}

WORDS = st.text(max_size=100) | st.text(alphabet="ab .\n👩‍é", min_size=900, max_size=6000)
TITLES = st.text(min_size=1, max_size=40) | st.sampled_from(["Yes", "No", "\n", "👍🏽" * 9])
LINKS = st.just("https://acme.example/" + "x" * 40)
BUTTONS = st.builds(
    Button,
    title=TITLES,
    payload=st.text(max_size=1100),
    url=st.just("") | LINKS,
    text=st.just("") | st.text(max_size=90),
)
CARDS = st.builds(
    Card,
    title=st.text(min_size=1, max_size=90),
    text=st.text(max_size=90),
    image=st.just("") | st.just("https://x.example/1.png"),
    url=st.just("") | st.just("https://x.example"),
    buttons=st.lists(BUTTONS, max_size=4).map(tuple),
)
ATTACHMENTS = st.builds(
    Attachment,
    kind=st.sampled_from(["image", "audio", "voice", "video", "file", "sticker"]),
    url=st.just("https://x.example/1"),
    title=st.text(max_size=20),
) | st.just(Attachment("location", "", "Acme", 52.5, 13.4))
MESSAGES = st.builds(
    Message,
    text=WORDS,
    buttons=st.lists(BUTTONS, max_size=6).map(tuple),
    options=st.lists(BUTTONS, max_size=16).map(tuple),
    attachment=st.none() | ATTACHMENTS,
    cards=st.just(()) | st.lists(CARDS, max_size=12).map(tuple),
)

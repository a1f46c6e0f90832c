"""What customers typed, and what it should start; "" is nothing: no false start."""

CLEAR = {
    "order_status": """
        where is my order
        wheres my order
        wheres my ordr
        hii wheres my ordr its been 2 weeks!!
        WHERE IS MY PACKAGE???
        where is my parcel AB-123456
        where's my order ab123456 pls
        trak my order
        trackmy order
        track order
        has my order shipped
        has my order shiped yet??
        when will my package arive
        when will my order get here
        hey, when does my package arrive
        tracking
        i need the tracking
        wheres my stuff
        whats the ETA
        eta?
        hello, where is my order please
        ok so where is my package now
        my brother broke his leg. where is my parcel?
    """,
    "cancel_order": """
        cancel my order
        pls cancel my order
        i want to cancel my order
        cancle my order AB-123456
        can you cancel my order
        i need to cancel an order
        CANCEL MY ORDER!!!
    """,
    "refund": """
        refund
        i want a refund
        i want a refnd
        i want my money back
        give me my money back!!!
        where is my refund
        refund please
        i'd like a refund
        when do i get my refund
        money back now
    """,
    "return_item": """
        how do i return this
        how do i return an item
        how can i return this shirt
        i want to send something back
        i want to send this back
        return label pls
        i need a return label
    """,
    "opening_hours": """
        what are your opening hours
        whats ur opening hours
        opening hours
        openning hours?
        when are you open
        when r u open
        when do u close
        are you open on sunday?
        r u open sunday
        are you open on sundays
    """,
    "shipping_cost": """
        how much is shipping
        how much is shiping to spain
        shipping cost
        what does delivery cost
        is delivery free
        is shipping free??
    """,
    "payment": """
        how can i pay
        can i pay with paypal
        do you take credit cards
        do u accept paypal
        do you accept credit card
        payment methods
    """,
    "change_address": """
        change my address
        change my delivery adress
        i need to change my address
        i moved
        i moved last week
        can you send it to another address
    """,
    "broken_item": """
        my item arrived broken
        my order arived damaged
        my order arrived broken, i am so sad
        it doesnt work
        it does not work
        the item is defective
    """,
    "login_problem": """
        i cant log in
        i can't log in!
        i cannot login
        forgot my password
        i forgot my pasword
        reset password
        my account is locked
    """,
    "invoice": """
        i need an invoice
        send me the receipt
        send me the reciept please
        where is my bill
        invoice 4711
    """,
    "complaint": """
        i want to complain
        i want to make a complaint
        your service is terrible
        ur service is awful
        this is unacceptable!!!
    """,
    "gift_card": """
        do you sell gift cards
        do you have gift cards
        how do i use a voucher
        gift card
    """,
    "store_in": """
        is there a shop in new york
        is there a shop in San Francisco?
        is there a shop in Madird
        where is your store
    """,
    "stock": """
        is this in stock
        is it in stock
        when will it be available again
        do you have size 42
    """,
    "talk_to_human": """
        i need to talk to a human now
        i want to speak to a person please!!
        let me talk to someone
        can i talk to an agent
    """,
}

NOTHING = """
    what's the weather in paris
    tell me a joke
    who won the world cup
    asdf ghjk
    qwertyuiop
    lol
    hahaha
    i love pizza
    my cat is sick
    hello
    good morning
    thanks
    thank you so much
    ok
    ...
    🙂🙂
    12345
    bob@example.com
    https://example.com/x
    sing me a song
    are you single
    what is the meaning of life
    do you like football
    translate this into french
    happy birthday
    blah blah blah
    how old are you
    play some music
    set an alarm for 6
    i am bored
"""

COMMANDS = {
    "talk_to_human": "agent|Agent!|human|humann|agnet|talk to a person|speak to someone pls|hi, agent please|"
    "real person|REAL PERSON NOW",
    "cancel": "cancel|CANCEL|cancel please|cancell|never mind|nevr mind|forget it|ok forget it|stop",
    "opt_out": "unsubscribe|unsubscribe please|unsubcribe|stop all",
    "opt_in": "start|subscribe",
    "restart": "restart|start over|strat over",
    "help": "help|help!|help please|what can you do",
    "erase": "delete my data|please delete my data|delete my dta",
    "emergency": "emergency|this is an emergency!!|help, call an ambulance, my father fell|i think i want to die",
}

NO_COMMANDS = """
    cancel my order
    i want to cancel an order
    can you help me with my order
    help me track my order
    stop my order from shipping
    where is your agent
    subscribe to what
    this is not an emergency
    shop
    the agent was rude
    i forgot my password
    start a return
    hell
"""

TWO = {
    "where is my order and what are your opening hours?": ("order_status", "opening_hours"),
    "i want a refund. also, are you open on sunday?": ("refund", "opening_hours"),
    "wheres my ordr? do u accept paypal": ("order_status", "payment"),
    "cancel my order and change my address please": ("cancel_order", "change_address"),
    "how much is shipping, is this in stock": ("shipping_cost", "stock"),
}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]

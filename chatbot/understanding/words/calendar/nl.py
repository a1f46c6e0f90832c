"""Dutch days, clocks and spans."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

PARTS_OF_A_DAY = ("avond", "ochtend", "morgen", "middag", "namiddag", "nacht")

CALENDAR = Calendar(
    language="nl",
    months=phrases("""
        januari=1 jan=1 februari=2 feb=2 maart=3 mrt=3 april=4 apr=4 mei=5 juni=6 jun=6 juli=7 jul=7 augustus=8 aug=8
        september=9 sept=9 sep=9 oktober=10 okt=10 november=11 nov=11 december=12 dec=12
    """),
    weekdays=phrases("maandag=0 dinsdag=1 woensdag=2 donderdag=3 vrijdag=4 zaterdag=5 zondag=6", PARTS_OF_A_DAY),
    days=phrases("""
        vandaag=0 vanavond=0 vanmiddag=0 vanochtend=0 vanmorgen=0 vannacht=0 morgen=1 morgenavond=1 morgenochtend=1
        morgenmiddag=1 morgenvroeg=1 overmorgen=2 gisteren=-1 gisteravond=-1 eergisteren=-2
        goede_morgen=-1000 's_morgens=-1000
    """),
    coming=phrases("""
        volgende=1 komende=1 aanstaande=1 aankomende=1 eerstvolgende=1 deze=0 vorige=-1 afgelopen=-1
    """),
    next_week=phrases("volgende_week=1 komende_week=1 van_volgende_week=1 deze_week=0 vorige_week=-1"),
    which_month=phrases("""
        van_volgende_maand=1 volgende_maand=1 van_de_volgende_maand=1 van_deze_maand=0 deze_maand=0 van_de_maand=0
        van_vorige_maand=-1
    """),
    within=phrases("over binnen"),
    later=phrases("later vanaf_nu"),
    ago=phrases("geleden"),
    ends=phrases("""
        eind_van_de_maand=0 einde_van_de_maand=0 het_eind_van_de_maand=0 het_einde_van_de_maand=0 eind_deze_maand=0
        eind_volgende_maand=1 eind_van_het_jaar=12 einde_van_het_jaar=12
    """),
    end_of=phrases("eind einde_van eind_van"),
    articles=phrases("de"),
    of=phrases("van"),
    suffixes=frozenset({"e", "de", "ste"}),
    at=phrases("om rond tegen vanaf tot na voor"),
    clock_words=phrases("uur u uur_precies"),
    clocks=phrases("twaalf_uur_'s_middags=720 middernacht=0 om_middernacht=0"),
    before_hour=phrases("half=-30 kwart_over=15 kwart_voor=-15"),
    minute_hour=phrases("over=1 voor=-1 minuten_over=2 minuten_voor=-2"),
    either=phrases("of"),
    parts=phrases("""
        am=0 pm=2 's_ochtends=1 's_morgens=1 in_de_ochtend=1 vanochtend=1 vanmorgen=1 morgenochtend=1 ochtend=1
        's_middags=2 in_de_middag=2 vanmiddag=2 morgenmiddag=2 middag=2 's_avonds=3 in_de_avond=3 vanavond=3
        morgenavond=3 avond=3 's_nachts=4 vannacht=4 maandagavond=3 dinsdagavond=3 woensdagavond=3 donderdagavond=3
        vrijdagavond=3 zaterdagavond=3 zondagavond=3 gisteravond=3 maandagmiddag=2 dinsdagmiddag=2 woensdagmiddag=2
        donderdagmiddag=2 vrijdagmiddag=2 zaterdagmiddag=2 zondagmiddag=2
    """),
    units=phrases("""
        seconde=1 seconden=1 sec=1 s=1 minuut=60 minuten=60 min=60 m=60 uur=3600 uren=3600 u=3600 h=3600 dag=86400
        dagen=86400 nacht=86400 nachten=86400 week=604800 weken=604800 maand=2592000 maanden=2592000 jaar=31536000
        jaren=31536000 werkdagen=86400
    """),
    spans=phrases("""
        half_uur=1800 een_half_uur=1800 halfuur=1800 een_halfuur=1800 kwartier=900 een_kwartier=900
        drie_kwartier=2700 anderhalf_uur=5400 halve_dag=43200 een_halve_dag=43200 anderhalve_dag=129600
        anderhalf_jaar=47304000 half_jaar=15768000 een_half_jaar=15768000 anderhalve_week=907200
    """),
    halves=phrases("en_een_half en_een_halve"),
    during=phrases("voor gedurende sinds ongeveer bijna al over"),
    joins=phrases("en ,"),
    after_day=phrases("na vanaf"),
    now=phrases("nu meteen"),
    counts=phrases("""
        honderd=100
        een=1 één=1 eenentwintig=21 tweeëntwintig=22 vierentwintig=24 vijfentwintig=25 achtentwintig=28
        dertig=30 eenendertig=31 vijfendertig=35 veertig=40 vijfenveertig=45 achtenveertig=48 vijftig=50 zestig=60
        negentig=90
    """),
)

"""German days, clocks and spans."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

PARTS_OF_A_DAY = ("abend", "morgen", "vormittag", "mittag", "nachmittag", "nacht")

CALENDAR = Calendar(
    language="de",
    months=phrases("""
        januar=1 jänner=1 jan=1 februar=2 feber=2 feb=2 märz=3 maerz=3 mär=3 april=4 apr=4 mai=5 juni=6 jun=6 juli=7
        jul=7 august=8 aug=8 september=9 sept=9 sep=9 oktober=10 okt=10 november=11 nov=11 dezember=12 dez=12
    """),
    weekdays=phrases(
        "montag=0 dienstag=1 mittwoch=2 donnerstag=3 freitag=4 samstag=5 sonnabend=5 sonntag=6", PARTS_OF_A_DAY
    ),
    days=phrases("""
        heute=0 heut=0 heute_abend=0 heute_morgen=0 heute_früh=0 heute_nacht=0 morgen=1 morgen_früh=1 morgen_abend=1
        übermorgen=2 uebermorgen=2 gestern=-1 gestern_abend=-1 vorgestern=-2
        guten_morgen=-1000 am_morgen=-1000 am_nächsten_morgen=-1000 jeden_morgen=-1000
    """),
    coming=phrases("""
        nächsten=1 nächster=1 nächste=1 nächstes=1 naechsten=1 kommenden=1 kommender=1 diesen=0 dieser=0 letzten=-1
        letzter=-1 vergangenen=-1
    """),
    next_week=phrases("""
        nächste_woche=1 naechste_woche=1 nächster_woche=1 kommende_woche=1 der_nächsten_woche=1 in_der_nächsten_woche=1
        diese_woche=0 letzte_woche=-1
    """),
    weeks_on=phrases("in_acht_tagen=1 in_8_tagen=1 in_14_tagen=2"),
    which_month=phrases("""
        des_nächsten_monats=1 nächsten_monats=1 im_nächsten_monat=1 nächsten_monat=1 des_kommenden_monats=1
        kommenden_monats=1 im_kommenden_monat=1 dieses_monats=0 in_diesem_monat=0 diesen_monat=0 des_monats=0 im_monat=0
        des_letzten_monats=-1
    """),
    within=phrases("in binnen innerhalb_von"),
    later=phrases("später ab_heute"),
    ago_before=phrases("vor"),
    ends=phrases("""
        monatsende=0 ende_des_monats=0 ende_monat=0 ende_dieses_monats=0 ende_nächsten_monats=1
        ende_des_nächsten_monats=1 jahresende=12 ende_des_jahres=12
    """),
    end_of=phrases("ende"),
    articles=phrases("der den dem am"),
    of=phrases("des im"),
    day_word=phrases("am den"),
    at=phrases("gegen ab bis nach vor um_ca ca um_circa von"),
    at_firm=phrases("um"),
    clock_words=phrases("uhr h"),
    clocks=phrases("mittag=720 mittags=720 am_mittag=720 mitternacht=0 um_mitternacht=0"),
    before_hour=phrases("""
        halb=-30 viertel_nach=15 viertel_vor=-15 dreiviertel=-15 drei_viertel=-15 viertel=-45 kurz_nach=0 kurz_vor=0
        fünf_vor_halb=-35 fünf_nach_halb=-25
    """),
    minute_hour=phrases("minuten_nach=2 minuten_vor=-2 nach=1 vor=-1"),
    either=phrases("oder"),
    parts=phrases("""
        am=0 pm=2 morgens=1 früh=1 vormittags=1 in_der_früh=1 am_morgen=1 am_vormittag=1 heute_morgen=1 heute_früh=1
        morgen_früh=1 nachmittags=2 am_nachmittag=2 heute_nachmittag=2 mittags=2 abends=3 am_abend=3 heute_abend=3
        morgen_abend=3 gestern_abend=3 abend=3 nachts=4 in_der_nacht=4 heute_nacht=4 montagabend=3 dienstagabend=3
        mittwochabend=3 donnerstagabend=3 freitagabend=3 samstagabend=3 sonntagabend=3 montagnachmittag=2
        dienstagnachmittag=2 mittwochnachmittag=2 donnerstagnachmittag=2 freitagnachmittag=2 samstagnachmittag=2
        sonntagnachmittag=2 vormittag=1 nachmittag=2
    """),
    units=phrases("""
        sekunde=1 sekunden=1 sek=1 s=1 minute=60 minuten=60 min=60 m=60 stunde=3600 stunden=3600 std=3600 h=3600
        tag=86400 tage=86400 tagen=86400 nacht=86400 nächte=86400 nächten=86400 woche=604800 wochen=604800
        monat=2592000 monate=2592000 monaten=2592000 jahr=31536000 jahre=31536000 jahren=31536000 werktage=86400
        werktagen=86400
    """),
    spans=phrases("""
        halbe_stunde=1800 eine_halbe_stunde=1800 einer_halben_stunde=1800 viertelstunde=900 eine_viertelstunde=900
        dreiviertelstunde=2700 eine_dreiviertelstunde=2700 anderthalb_stunden=5400 eineinhalb_stunden=5400
        zweieinhalb_stunden=9000 einen_halben_tag=43200 halber_tag=43200 halbes_jahr=15768000 ein_halbes_jahr=15768000
        anderthalb_jahre=47304000 eineinhalb_jahre=47304000
    """),
    halves=phrases("und_eine_halbe"),
    during=phrases("für seit in etwa fast circa ca"),
    joins=phrases("und ,"),
    after_day=phrases("nach ab"),
    now=phrases("jetzt sofort"),
    counts=phrases("""
        hundert=100 einhundert=100
        ein=1 eine=1 einer=1 einem=1 einen=1 einundzwanzig=21 zweiundzwanzig=22 dreiundzwanzig=23
        vierundzwanzig=24 fünfundzwanzig=25 achtundzwanzig=28 dreißig=30 dreissig=30 einunddreißig=31
        fünfunddreißig=35 vierzig=40 fünfundvierzig=45 achtundvierzig=48 fünfzig=50 sechzig=60 neunzig=90
    """),
)

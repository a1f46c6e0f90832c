"""Italian days, clocks and spans."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

CALENDAR = Calendar(
    language="it",
    months=phrases("""
        gennaio=1 gen=1 febbraio=2 feb=2 febb=2 marzo=3 mar=3 aprile=4 apr=4 maggio=5 mag=5 giugno=6 giu=6 luglio=7
        lug=7 agosto=8 ago=8 settembre=9 set=9 sett=9 ottobre=10 ott=10 novembre=11 nov=11 dicembre=12 dic=12
    """),
    weekdays=phrases("lunedì=0 martedì=1 mercoledì=2 giovedì=3 venerdì=4 sabato=5 domenica=6"),
    short_weekdays=phrases("lun=0 mer=2 gio=3 ven=4 sab=5 dom=6"),
    days=phrases("""
        oggi=0 stasera=0 stamattina=0 stanotte=0 questa_sera=0 questa_mattina=0 questo_pomeriggio=0 domani=1
        domani_sera=1 domani_mattina=1 dopodomani=2 dopo_domani=2 ieri=-1 ieri_sera=-1 l'altro_ieri=-2 altro_ieri=-2
    """),
    coming=phrases("""
        prossimo=1 il_prossimo=1 prossima=1 la_prossima=1 che_viene=1 questo=0 questa=0 scorso=-1 scorsa=-1
        passato=-1
    """),
    next_week=phrases("""
        la_prossima_settimana=1 la_settimana_prossima=1 della_prossima_settimana=1 della_settimana_prossima=1
        settimana_prossima=1 prossima_settimana=1 questa_settimana=0 la_settimana_scorsa=-1
    """),
    which_month=phrases("""
        del_mese_prossimo=1 il_mese_prossimo=1 del_prossimo_mese=1 il_prossimo_mese=1 di_questo_mese=0 questo_mese=0
        del_mese=0 del_mese_scorso=-1
    """),
    within=phrases("tra fra entro in"),
    later=phrases("dopo più_tardi"),
    ago=phrases("fa"),
    ends=phrases("""
        fine_mese=0 fine_del_mese=0 la_fine_del_mese=0 fine_di_questo_mese=0 fine_del_prossimo_mese=1 fine_anno=12
        fine_dell'anno=12
    """),
    end_of=phrases("fine la_fine_di fine_di"),
    articles=phrases("il l' lo dal al"),
    of=phrases("di del"),
    day_word=phrases("giorno il_giorno"),
    suffixes=frozenset({"o", "a"}),
    at=phrases("verso_le dalle per_le dopo_le prima_delle a"),
    at_firm=phrases("alle alle_ore ore le_ore all'una=1 per_le_ore"),
    clock_words=phrases("in_punto"),
    hour_words=phrases("h ore"),
    clocks=phrases("mezzogiorno=720 a_mezzogiorno=720 mezzanotte=0 a_mezzanotte=0 all'una=60"),
    after_hour=phrases("e_mezza=30 e_mezzo=30 e_un_quarto=15 meno_un_quarto=-15 e_tre_quarti=45"),
    hour_minute=phrases("e=1 meno=-1"),
    either=phrases("o oppure o_le"),
    parts=phrases("""
        am=0 pm=2 di_mattina=1 del_mattino=1 della_mattina=1 stamattina=1 questa_mattina=1 domani_mattina=1
        mattina=1 del_pomeriggio=2 di_pomeriggio=2 questo_pomeriggio=2 pomeriggio=2 di_sera=3 della_sera=3
        stasera=3 questa_sera=3 domani_sera=3 sera=3 ieri_sera=3 di_notte=4 stanotte=4 in_punto=0
    """),
    units=phrases("""
        secondo=1 secondi=1 sec=1 s=1 minuto=60 minuti=60 min=60 m=60 ora=3600 ore=3600 h=3600 giorno=86400
        giorni=86400 notte=86400 notti=86400 settimana=604800 settimane=604800 mese=2592000 mesi=2592000 anno=31536000
        anni=31536000 giorni_lavorativi=86400
    """),
    spans=phrases("""
        mezz'ora=1800 mezza_ora=1800 una_mezz'ora=1800 un_quarto_d'ora=900 tre_quarti_d'ora=2700 un'ora=3600
        un'ora_e_mezza=5400 un'ora_e_mezzo=5400 ora_e_mezza=5400 mezza_giornata=43200 un_anno_e_mezzo=47304000
        un_giorno_e_mezzo=129600
    """),
    halves=phrases("e_mezza e_mezzo"),
    during=phrases("per da durante circa quasi in tra fra"),
    joins=phrases("e ,"),
    after_day=phrases("dopo da"),
    now=phrases("adesso subito"),
    counts=phrases("""
        cento=100
        un=1 una=1 uno=1 un_paio_di=2 ventuno=21 ventidue=22 ventitré=23 ventiquattro=24 venticinque=25 ventotto=28
        trenta=30 trentuno=31 trentacinque=35 quaranta=40 quarantacinque=45 quarantotto=48 cinquanta=50 sessanta=60
        novanta=90
    """),
)

"""German."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="de",
    stemmer="german",
    stop=entries("""
        der die das den dem des ein eine einen einem einer eines und oder aber ist sind bin bist war waren sein hat
        habe haben hast wird werden wurde kann kannst können könnt möchte möchten will wollen muss müssen soll ich du
        er sie es wir ihr mich dich mir dir uns euch mein meine meinen meinem meiner dein deine sein seine ihre ihren
        unser was wer wie wo wann warum welche welcher welches in im an am auf aus bei mit nach von vom zu zum zur für
        über unter um durch nicht kein keine keinen auch nur noch schon mal doch so da hier dann wenn als dass bitte
        danke hallo
    """),
    filler=entries("""
        bitte danke schön hallo hi hey guten tag morgen abend moin servus grüß gott liebe lieber team mal jetzt doch ok
        okay also so na ach
    """),
    joins=entries("und außerdem sowie auch und_auch und_dann"),
    common=entries("""
        abend acht alle alles alt andere anfang arbeit arm art arzt auge auto bank bett bild blau brief brot bruder buch
        dach dorf drei dunkel ecke ende essen fahren familie farbe fenster feuer finger fisch frage frau frei freund
        fuß ganz garten geben gehen geld gestern glas glück groß gut haar halb hand haus heiß heute hilfe himmel hoch
        hund hunger immer jahr jetzt jung kaffee kalt katze kind kleid klein kommen kopf land lang leben leute licht
        liebe links mann meer mensch milch minute mittag monat morgen mutter nacht name neu nie nichts paar platz preis
        recht regen reise richtig rot sache satz schiff schlecht schnell schön schule sehen sehr sonne spiel sprache
        stadt stein stunde tag tee tisch tochter tür uhr vater viel vier vogel wagen wald wasser weg wein weiß welt
        wenig wetter wind woche wort zahl zeit zimmer zwei
    """),
    apart=entries("""
        absprechen abstellen abzustellen aktionen anmelden anträgen aufbrechen aufheben aufholen auflösen
        auftragen auftraten aufträge aufträgen ausbrechen aussagen australien austreten beendet beraten
        bestellen blenden erbrechen hauptmann hilde hilft kinderbetreuung mitarbeit mitarbeiten nationen
        neustadt optional paare portionen redet reste shoppen spart staat starb stark starr starrt statt stopfen
        stärkt stört toppen verstärkt zerstört
    """),
    yes=entries("""
        kein_zweifel ohne_zweifel zweifellos von_mir_aus meinetwegen geht_klar ich_denke_schon ich_glaube_schon
        glaube_schon
        kein_problem
        ja j jo jep jap jup jawohl ok okay klar sicher gerne gern genau richtig korrekt stimmt natürlich
        selbstverständlich absolut na_klar auf_jeden_fall in_ordnung mach_das passt einverstanden bestätigt
        bestätige ja_bitte ja_gerne warum_nicht gut alles_klar
    """),
    no=entries("""
        nicht_wirklich eher_nicht nicht_unbedingt nicht_so_ganz überhaupt_nicht ganz_und_gar_nicht ich_glaube_nicht
        ich_denke_nicht glaube_nicht das_glaube_ich_nicht ich_glaube_eher_nicht wohl_kaum
        nein n ne nee nö nie niemals nicht falsch keineswegs auf_keinen_fall nein_danke lieber_nicht noch_nicht
        gar_nicht stimmt_nicht negativ
    """),
    firm_yes=entries("ja jo jep jap jup jawohl"),
    firm_no=entries("nein nee nö ne nein_danke"),
    unsure=entries(
        "weiß_nicht ich_weiß_nicht weiß_ich_nicht keine_ahnung vielleicht nicht_sicher eventuell kommt_darauf_an "
        "mal_sehen jein teils_teils"
    ),
    question=entries("was wer wo wann warum wie wieso welche welcher welches wohin"),
    deny=entries("nicht nie kein keine keinesfalls"),
    negates=entries("nicht nie niemals kein keine keinen keinem keiner keinesfalls"),
    affirms=entries("nicht_nur kann_nicht nicht_können kein_problem warum_nicht"),
    states=entries("""
        ist_nicht sind_nicht war_nicht wurde_nicht funktioniert_nicht geht_nicht noch_nicht noch_kein noch_keine
        habe_kein habe_keine habe_keinen nicht_angekommen nicht_erhalten nicht_bekommen nicht_mehr
    """),
    alike=groups("""
        erstattung rückerstattung rückzahlung geld
        stornieren abbrechen kündigen widerrufen
        bestellung auftrag paket lieferung sendung
        paket lieferung sendung versand
        liefern versenden schicken senden zustellen
        ankommen eintreffen kommt
        verspätet spät verzögerung verspätung
        zurückgeben zurückschicken rücksendung retoure umtauschen
        kaputt beschädigt defekt
        problem fehler störung
        hilfe unterstützung support
        mitarbeiter mensch person berater agent
        sprechen reden kontaktieren anrufen
        beschwerde reklamation beschweren
        preis kosten gebühr
        rabatt gutschein angebot aktion
        bezahlen zahlen zahlung
        rechnung beleg quittung
        konto profil
        passwort kennwort
        ändern bearbeiten aktualisieren
        adresse anschrift
        telefon handy nummer
        öffnungszeiten geöffnet offen
        laden geschäft filiale
        reservieren buchen reservierung termin
        garantie gewährleistung
        karte kreditkarte
        verfügbar lieferbar vorrätig
    """),
    short=pairs("hab=habe nix=nichts ned=nicht net=nicht vlt=vielleicht evtl=eventuell bzgl=bezüglich pls=bitte"),
    numbers=numbers("""
        null=0 eins=1 ein=1 eine=1 einen=1 zwei=2 zwo=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10
        elf=11 zwölf=12 dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20
        fuenf=5 zwoelf=12
        ein_dutzend=12
    """),
    ordinals=numbers("""
        erste=1 erster=1 erstes=1 ersten=1 zweite=2 zweiter=2 zweites=2 zweiten=2 dritte=3 dritter=3 drittes=3
        dritten=3 vierte=4 vierten=4 fünfte=5 fünften=5 sechste=6 siebte=7 achte=8 neunte=9 zehnte=10 letzte=-1
        letzten=-1 letzter=-1
    """),
)

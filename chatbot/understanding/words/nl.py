"""Dutch."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="nl",
    stemmer="dutch",
    stop=entries("""
        de het een en of maar is zijn ben bent was waren wordt worden heb hebt heeft hebben had kan kun kunt kunnen zou
        wil willen wilt moet moeten mag ik jij je hij zij ze wij we jullie u mij me hem haar ons hun mijn jouw uw onze
        wat wie waar wanneer waarom hoe welke welk in op aan van voor met naar bij uit door over om te tot tegen niet
        geen ook nog al wel er hier daar dit dat deze die dan als graag alsjeblieft bedankt hallo
    """),
    filler=entries("""
        alsjeblieft alstublieft aub svp graag bedankt dank je u wel hallo hoi hey goedemorgen goedemiddag goedenavond
        goeden dag beste nu even ok oke nou eens
    """),
    joins=entries("en ook verder daarnaast en_ook en_dan"),
    common=entries("""
        aarde acht alle alles altijd ander arm avond bed beeld blauw bloem boek boot boom brief brood broer buiten dag
        dak deur dier ding dorp drie droom einde eten familie feest film fiets gisteren geld glas goed groen groot haar
        half hand hart heet hond hoofd hoog huis idee jaar jong kamer kant kat keer keuken kind klein koffie kop kort
        koud land lang leven licht lief links lucht maan maand man meer melk mens middag minuut moeder mooi morgen muur
        naam nacht niets nieuw nooit oog oud plaats prijs recht regen reis rood school slecht snel soms spel stad steen
        stem straat taal tafel tijd tuin uur vader veel vier vis vogel vraag vriend vrouw vuur wagen warm water week weg
        weinig wereld werk wind wit woord zaak zee zin zon
    """),
    apart=entries("""
        aanleren aanmelden aansluiten afbeelden afleiden afsluiter afsluiting afspreken aftellen aftreden
        aftrekken afwerken agenten beelden behouden beneden besluiten brak consument consumenten duur fabrieken
        gebreken gehouden gestart helpt herstelt hielp inbreken inhouden inschrijven meewerken omdat onthouden
        opbouwen operatie opsluiten optiek opvoeden rechtspersoon reet shoppen staart staat stamt stappen stapt
        stippen stoep stort strop toppen vernieuwd verstaat volhouden
    """),
    yes=entries("""
        zonder_twijfel geen_twijfel ongetwijfeld wat_mij_betreft mij_best in_orde ik_denk_het_wel denk_het_wel
        ik_denk_van_wel
        geen_probleem
        ja j jawel jep yep ok oke okay prima goed zeker natuurlijk klopt juist correct inderdaad akkoord graag uiteraard
        doe_maar is_goed ja_graag precies absoluut bevestig waarom_niet
    """),
    no=entries("""
        niet_echt niet_bepaald eerder_niet ik_denk_het_niet denk_het_niet ik_denk_van_niet dacht_het_niet
        in_geen_geval
        nee n neen nope nooit niet fout onjuist nee_bedankt nee_dank_je liever_niet nog_niet zeker_niet helemaal_niet
        geenszins negatief
    """),
    firm_yes=entries("ja jawel jep"),
    firm_no=entries("nee neen nee_bedankt"),
    unsure=entries("weet_ik_niet ik_weet_het_niet weet_niet geen_idee misschien niet_zeker hangt_ervan_af"),
    question=entries("wat wie waar wanneer waarom hoe welke welk"),
    deny=entries("niet nooit geen"),
    negates=entries("niet nooit geen"),
    affirms=entries("kan_niet niet_alleen waarom_niet geen_probleem"),
    states=entries("is_niet zijn_niet heb_niet werkt_niet nog_niet nog_geen heb_geen niet_aangekomen niet_ontvangen"),
    alike=groups("""
        terugbetaling terugbetalen geld
        annuleren opzeggen
        bestelling order pakket
        pakket levering bezorging zending
        leveren bezorgen versturen sturen
        aankomen komt
        vertraagd laat vertraging
        retour retourneren terugsturen ruilen
        kapot beschadigd defect stuk
        probleem fout storing
        hulp ondersteuning
        medewerker mens persoon
        praten spreken contact bellen
        klacht klagen
        prijs kosten tarief
        korting kortingscode aanbieding
        betalen betaling
        factuur rekening bon
        wijzigen veranderen aanpassen
        telefoon mobiel nummer
        openingstijden open geopend
        winkel filiaal
        reserveren reservering afspraak boeken
        voorraad beschikbaar leverbaar
    """),
    short=pairs("ff=even idd=inderdaad mn=mijn mss=misschien aub=alstublieft gwn=gewoon zn=zijn dr=er"),
    numbers=numbers("""
        nul=0 een=1 één=1 twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10 elf=11 twaalf=12 dertien=13
        veertien=14 vijftien=15 zestien=16 zeventien=17 achttien=18 negentien=19 twintig=20
        een_dozijn=12
    """),
    ordinals=numbers("""
        eerste=1 tweede=2 derde=3 vierde=4 vijfde=5 zesde=6 zevende=7 achtste=8 negende=9 tiende=10 laatste=-1
    """),
)

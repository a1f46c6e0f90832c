"""French days, clocks and spans."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

CALENDAR = Calendar(
    language="fr",
    months=phrases("""
        janvier=1 janv=1 février=2 févr=2 fév=2 mars=3 avril=4 avr=4 mai=5 juin=6 juillet=7 juil=7 août=8
        septembre=9 sept=9 octobre=10 oct=10 novembre=11 nov=11 décembre=12 déc=12
    """),
    weekdays=phrases("lundi=0 mardi=1 mercredi=2 jeudi=3 vendredi=4 samedi=5 dimanche=6"),
    short_weekdays=phrases("lun=0 mer=2 jeu=3 ven=4 sam=5 dim=6"),
    days=phrases("""
        aujourd'hui=0 aujourd_hui=0 ce_soir=0 ce_matin=0 cet_après_midi=0 cette_nuit=0 demain=1 demain_soir=1
        demain_matin=1 après_demain=2 hier=-1 hier_soir=-1 avant_hier=-2
    """),
    coming=phrases("prochain=1 le_prochain=1 qui_vient=1 ce=0 dernier=-1 passé=-1"),
    next_week=phrases("""
        la_semaine_prochaine=1 de_la_semaine_prochaine=1 semaine_prochaine=1 cette_semaine=0 de_cette_semaine=0
        la_semaine_dernière=-1
    """),
    weeks_on=phrases("en_huit=1 en_quinze=2"),
    which_month=phrases("""
        du_mois_prochain=1 le_mois_prochain=1 du_prochain_mois=1 du_mois_qui_vient=1 de_ce_mois=0 de_ce_mois_ci=0
        ce_mois_ci=0 ce_mois=0 du_mois=0 du_mois_dernier=-1
    """),
    within=phrases("dans d'ici sous"),
    later=phrases("plus_tard"),
    ago_before=phrases("il_y_a ya y_a"),
    ends=phrases("""
        fin_du_mois=0 la_fin_du_mois=0 fin_de_mois=0 fin_de_ce_mois=0 fin_du_mois_prochain=1 fin_de_l'année=12
        la_fin_de_l'année=12 fin_d'année=12
    """),
    end_of=phrases("fin la_fin"),
    articles=phrases("le"),
    of=phrases("du de"),
    suffixes=frozenset({"er", "e", "eme"}),
    at=phrases("à vers dès jusqu'à après avant de a"),
    clock_words=phrases("heures_pile"),
    hour_words=phrases("h heures heure"),
    clocks=phrases("midi=720 à_midi=720 minuit=0 à_minuit=0"),
    after_hour=phrases("""
        et_demie=30 et_demi=30 et_quart=15 moins_le_quart=-15 moins_quart=-15 heures_et_demie=30 heures_et_quart=15
        heures_moins_le_quart=-15 heure_et_demie=30 heure_et_quart=15 h_et_demie=30
    """),
    hour_minute=phrases("heures_moins=-2 moins=-1 heures=2 heures_et=2"),
    either=phrases("ou"),
    parts=phrases("""
        am=0 pm=2 du_matin=1 ce_matin=1 le_matin=1 demain_matin=1 matin=1 de_l'après_midi=2 cet_après_midi=2
        après_midi=2 l'après_midi=2 du_soir=3 ce_soir=3 le_soir=3 demain_soir=3 hier_soir=3 soir=3 de_la_nuit=4
        cette_nuit=4 pile=0
    """),
    units=phrases("""
        seconde=1 secondes=1 sec=1 s=1 minute=60 minutes=60 min=60 mn=60 m=60 heure=3600 heures=3600 h=3600 jour=86400
        jours=86400 j=86400 nuit=86400 nuits=86400 semaine=604800 semaines=604800 sem=604800 quinzaine=1296000
        mois=2592000 an=31536000 ans=31536000 année=31536000 années=31536000 jours_ouvrés=86400 jours_ouvrables=86400
    """),
    spans=phrases("""
        demi_heure=1800 une_demi_heure=1800 une_demie_heure=1800 un_quart_d'heure=900 quart_d'heure=900
        trois_quarts_d'heure=2700 heure_et_demie=5400 une_heure_et_demie=5400 demi_journée=43200 une_demi_journée=43200
        un_an_et_demi=47304000 un_jour_et_demi=129600 six_mois=15552000
    """),
    halves=phrases("et_demie et_demi"),
    during=phrases("pendant depuis durant pour environ presque en dans"),
    joins=phrases("et ,"),
    after_day=phrases("après à_partir_de"),
    now=phrases("maintenant tout_de_suite"),
    counts=phrases("""
        cent=100
        un=1 une=1 vingt_et_un=21 vingt_deux=22 vingt_trois=23 vingt_quatre=24 vingt_cinq=25 vingt_huit=28 trente=30
        trente_et_un=31 trente_cinq=35 quarante=40 quarante_cinq=45 quarante_huit=48 cinquante=50 soixante=60
        quatre_vingt_dix=90
    """),
)

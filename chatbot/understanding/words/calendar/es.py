"""Spanish days, clocks and spans."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

CALENDAR = Calendar(
    language="es",
    months=phrases("""
        enero=1 ene=1 febrero=2 feb=2 marzo=3 mar=3 abril=4 abr=4 mayo=5 may=5 junio=6 jun=6 julio=7 jul=7 agosto=8
        ago=8 septiembre=9 setiembre=9 sept=9 sep=9 octubre=10 oct=10 noviembre=11 nov=11 diciembre=12 dic=12
    """),
    weekdays=phrases("lunes=0 martes=1 miércoles=2 jueves=3 viernes=4 sábado=5 domingo=6"),
    short_weekdays=phrases("lun=0 mié=2 jue=3 vie=4 sáb=5 dom=6"),
    days=phrases("""
        hoy=0 esta_noche=0 esta_tarde=0 esta_mañana=0 mañana=1 el_día_de_mañana=1 pasado_mañana=2 ayer=-1
        anoche=-1 anteayer=-2 antes_de_ayer=-2 antier=-2
        por_la_mañana=-1000 de_la_mañana=-1000 en_la_mañana=-1000 a_la_mañana=-1000 la_mañana=-1000 el_mes_pasado=-1000
        la_semana_pasada=-1000 mes_pasado=-1000 año_pasado=-1000
    """),
    coming=phrases("""
        próximo=1 el_próximo=1 este_próximo=1 siguiente=1 que_viene=1 próx=1 este=0 pasado=-1 el_pasado=-1 último=-1
    """),
    next_week=phrases("""
        la_semana_que_viene=1 de_la_semana_que_viene=1 la_próxima_semana=1 de_la_próxima_semana=1 la_semana_próxima=1
        esta_semana=0 de_esta_semana=0 la_semana_pasada=-1
    """),
    weeks_on=phrases("en_ocho=1 en_quince=2"),
    which_month=phrases("""
        del_mes_que_viene=1 el_mes_que_viene=1 del_próximo_mes=1 el_próximo_mes=1 del_mes_próximo=1 del_mes_siguiente=1
        de_este_mes=0 este_mes=0 del_mes=0 de_mes=0 del_presente_mes=0 del_mes_pasado=-1
    """),
    within=phrases("en dentro_de de_aquí_a"),
    later=phrases("después más_tarde"),
    ago_before=phrases("hace"),
    ago=phrases("atrás"),
    ends=phrases("""
        fin_de_mes=0 final_de_mes=0 finales_de_mes=0 final_del_mes=0 fin_del_mes=0 finales_del_mes=0
        último_día_del_mes=0 fin_del_próximo_mes=1 fin_de_año=12 final_de_año=12 finales_de_año=12
    """),
    end_of=phrases("fin_de final_de finales_de último_día_de"),
    articles=phrases("el los"),
    of=phrases("de del de_el"),
    day_word=phrases("día el_día"),
    suffixes=frozenset({"o", "a", "ro", "er"}),
    at=phrases("sobre_las hacia_las desde_las hasta_las a para_las"),
    at_firm=phrases("a_las a_la a_eso_de_las"),
    clock_words=phrases("en_punto hs"),
    hour_words=phrases("h hrs horas hora"),
    clocks=phrases("mediodía=720 al_mediodía=720 medianoche=0 a_medianoche=0"),
    after_hour=phrases("y_media=30 y_cuarto=15 menos_cuarto=-15 y_pico=0 en_punto=0 menos_un_cuarto=-15"),
    before_hour=phrases("cuarto_para_las=-15 un_cuarto_para_las=-15"),
    minute_hour=phrases("para_las=-2 para_la=-2 minutos_para_las=-2"),
    hour_minute=phrases("y=1 menos=-1 con=1"),
    either=phrases("o u o_las u_las o_la"),
    parts=phrases("""
        am=1 a.m.=1 a.m=1 pm=2 p.m.=2 p.m=2 de_la_mañana=1 por_la_mañana=1 en_la_mañana=1 esta_mañana=1
        de_la_madrugada=1 del_mediodía=2 de_la_tarde=2 por_la_tarde=2 en_la_tarde=2 esta_tarde=2 de_la_noche=4
        por_la_noche=4 en_la_noche=4 esta_noche=4 en_punto=0 anoche=4
    """),
    units=phrases("""
        segundo=1 segundos=1 seg=1 s=1 minuto=60 minutos=60 min=60 mins=60 m=60 hora=3600 horas=3600 h=3600 hrs=3600
        hs=3600 día=86400 días=86400 d=86400 noche=86400 noches=86400 semana=604800 semanas=604800 sem=604800
        quincena=1296000 mes=2592000 meses=2592000 año=31536000 años=31536000 días_hábiles=86400 días_laborables=86400
    """),
    spans=phrases("""
        media_hora=1800 un_cuarto_de_hora=900 cuarto_de_hora=900 tres_cuartos_de_hora=2700 hora_y_media=5400
        una_hora_y_media=5400 medio_día=43200 medio_año=15768000 día_y_medio=129600 un_día_y_medio=129600
        año_y_medio=47304000 un_año_y_medio=47304000 mes_y_medio=3888000 un_mes_y_medio=3888000 semana_y_media=907200
        una_semana_y_media=907200
    """),
    halves=phrases("y_media y_medio"),
    during=phrases("durante por desde_hace hace casi unas unos en dentro_de"),
    joins=phrases("y , con"),
    after_day=phrases("después_de a_partir_de desde"),
    now=phrases("ahora ahora_mismo ya_mismo"),
    counts=phrases("""
        cien=100
        un=1 una=1 un_par_de=2 veintiuno=21 veintidós=22 veintitrés=23 veinticuatro=24 veinticinco=25 veintiocho=28
        treinta=30 treinta_y_uno=31 treinta_y_cinco=35 cuarenta=40 cuarenta_y_cinco=45 cuarenta_y_ocho=48 cincuenta=50
        sesenta=60 noventa=90
    """),
)

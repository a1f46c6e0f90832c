"""Portuguese days, clocks and spans."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

CALENDAR = Calendar(
    language="pt",
    months=phrases("""
        janeiro=1 jan=1 fevereiro=2 fev=2 março=3 mar=3 abril=4 abr=4 maio=5 mai=5 junho=6 jun=6 julho=7 jul=7
        agosto=8 ago=8 setembro=9 set=9 outubro=10 out=10 novembro=11 nov=11 dezembro=12 dez=12
    """),
    weekdays=phrases("""
        segunda_feira=0 terça_feira=1 quarta_feira=2 quinta_feira=3 sexta_feira=4 sábado=5 domingo=6 sexta=4
    """),
    short_weekdays=phrases("segunda=0 terça=1 quarta=2 quinta=3 seg=0 ter=1 qua=2 qui=3 sex=4 sáb=5 dom=6"),
    days=phrases("""
        hoje=0 esta_noite=0 hoje_à_noite=0 esta_tarde=0 esta_manhã=0 amanhã=1 amanhã_de_manhã=1 depois_de_amanhã=2
        ontem=-1 ontem_à_noite=-1 anteontem=-2
    """),
    coming=phrases("""
        próximo=1 próxima=1 a_próxima=1 o_próximo=1 na_próxima=1 no_próximo=1 que_vem=1 nesta=0 esta=0 neste=0 este=0
        passado=-1 passada=-1 última=-1 último=-1
    """),
    next_week=phrases("""
        a_semana_que_vem=1 na_semana_que_vem=1 da_semana_que_vem=1 semana_que_vem=1 na_próxima_semana=1
        da_próxima_semana=1 próxima_semana=1 esta_semana=0 desta_semana=0 na_semana_passada=-1
    """),
    which_month=phrases("""
        do_mês_que_vem=1 no_mês_que_vem=1 do_próximo_mês=1 no_próximo_mês=1 do_mês_seguinte=1 deste_mês=0 neste_mês=0
        desse_mês=0 do_mês=0 do_mês_passado=-1
    """),
    within=phrases("em dentro_de daqui_a daqui"),
    later=phrases("depois mais_tarde"),
    ago_before=phrases("há faz"),
    ago=phrases("atrás"),
    ends=phrases("""
        fim_do_mês=0 final_do_mês=0 fim_de_mês=0 o_fim_do_mês=0 fim_deste_mês=0 fim_do_próximo_mês=1 fim_do_ano=12
        final_do_ano=12
    """),
    end_of=phrases("fim_de final_de"),
    articles=phrases("o no"),
    of=phrases("de do"),
    day_word=phrases("dia o_dia no_dia"),
    suffixes=frozenset({"o", "a"}),
    at=phrases("pelas por_volta_das a para_as depois_das antes_das das"),
    at_firm=phrases("às à"),
    clock_words=phrases("em_ponto"),
    hour_words=phrases("h hrs horas hora hs"),
    clocks=phrases("meio_dia=720 ao_meio_dia=720 meia_noite=0 à_meia_noite=0"),
    after_hour=phrases("e_meia=30 e_um_quarto=15 menos_um_quarto=-15 horas_e_meia=30"),
    before_hour=phrases("quinze_para_as=-15 um_quarto_para_as=-15"),
    minute_hour=phrases("para_as=-2 para_a=-2 minutos_para_as=-2"),
    hour_minute=phrases("e=1 menos=-1 horas_e=2"),
    either=phrases("ou ou_as"),
    parts=phrases("""
        am=0 pm=2 da_manhã=1 de_manhã=1 esta_manhã=1 da_madrugada=1 manhã=1 da_tarde=2 à_tarde=2 de_tarde=2 esta_tarde=2
        da_noite=4 à_noite=4 esta_noite=4 em_ponto=0 hoje_à_noite=4
    """),
    units=phrases("""
        segundo=1 segundos=1 seg=1 s=1 minuto=60 minutos=60 min=60 m=60 hora=3600 horas=3600 h=3600 hrs=3600 hs=3600
        dia=86400 dias=86400 d=86400 noite=86400 noites=86400 semana=604800 semanas=604800 quinzena=1296000
        mês=2592000 meses=2592000 ano=31536000 anos=31536000 dias_úteis=86400
    """),
    spans=phrases("""
        meia_hora=1800 um_quarto_de_hora=900 três_quartos_de_hora=2700 hora_e_meia=5400 uma_hora_e_meia=5400
        meio_dia_de_trabalho=43200 um_ano_e_meio=47304000 um_dia_e_meio=129600
    """),
    halves=phrases("e_meia e_meio"),
    during=phrases("por durante há cerca_de quase em"),
    joins=phrases("e ,"),
    after_day=phrases("depois_de a_partir_de"),
    now=phrases("agora agora_mesmo"),
    counts=phrases("""
        cem=100
        um=1 uma=1 vinte_e_um=21 vinte_e_dois=22 vinte_e_três=23 vinte_e_quatro=24 vinte_e_cinco=25 vinte_e_oito=28
        trinta=30 trinta_e_um=31 trinta_e_cinco=35 quarenta=40 quarenta_e_cinco=45 quarenta_e_oito=48 cinquenta=50
        sessenta=60 noventa=90
    """),
)

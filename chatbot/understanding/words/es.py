"""Spanish."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="es",
    stemmer="spanish",
    stop=entries("""
        el la los las un una unos unas lo al del de a en con por para sin sobre y e o u ni que qué quien cual cuál
        como cómo cuando cuándo donde dónde es son soy eres está están estoy estaba ser estar fue era ha han he has
        hay tengo tiene tienes tener yo tú tu él ella usted ustedes nosotros me te se le les nos mi mis tus su sus este
        esta estos estas ese esa eso esto muy más menos ya no sí si también pero quiero quisiera puedo puede puedes
        necesito favor gracias hola
    """),
    filler=entries("""
        por favor porfa porfavor gracias muchas hola buenas buenos días tardes noches oye oiga pues bueno ya ahora ok
        vale señor señora amigo eh
    """),
    joins=entries("y e además también y_también y_además"),
    common=entries("""
        agua ahora algo alguien alto amigo amor antes año años aquí así azul bajo banco bien blanco boca bonito bueno
        cada calle calor cama camino carne casa caso ciudad clase coche comida cosa cuenta cuerpo dinero dios feliz
        gente grande hambre hijo hombre hora hoy idea juego lado largo libro lugar luna luz madre malo mamá mano mañana
        mar mejor mesa mes minuto mucho mujer mundo nada nadie niño noche nombre nuevo nunca ojo otra otro padre país
        palabra papá parte perro persona poco porque precio primero problema pueblo puerta punto rojo semana señor
        siempre sol sueño tarde tiempo tierra toda todo trabajo último verdad verde vez vida viejo vino
    """),
    apart=entries("""
        abandonar aborto acciones aguda aleta altar altas bajan bajar calcular cancelada cancelado cancelaron
        canceló candela canela cautelar congelar consciente cárcel decente dejado dejarlo demente desigual
        emperador falta lata malta moderador naciones nociones olvidaba olvidada olvidado olvidando olvidaron
        opcional operado operando opiniones oraciones pagar paran pared parir parma parra parta pasar porciones
        quita quito raciones renuncia respetar rumano salió salta salí salía subsidio teniente éxito
    """),
    yes=entries("""
        sin_duda sin_duda_alguna sin_ninguna_duda no_hay_duda no_cabe_duda me_parece_bien por_mí_sí
        claro_que_sí por_supuesto_que_sí creo_que_sí sin_problema no_hay_problema
        sí si s claro vale ok okey okay bueno correcto exacto afirmativo seguro desde_luego por_supuesto así_es eso_es
        de_acuerdo está_bien adelante cómo_no perfecto dale hazlo sip sipi ya_lo_creo cierto confirmo acepto
    """),
    no=entries("""
        no_creo no_lo_creo no_realmente
        no n nop nopo nunca jamás negativo incorrecto mal para_nada de_ninguna_manera ni_hablar tampoco todavía_no
        aún_no mejor_no no_gracias ahora_no en_absoluto
    """),
    firm_yes=entries("sí si sip sipi"),
    firm_no=entries("no nop nopo no_gracias"),
    unsure=entries(
        "no_sé no_lo_sé no_estoy_seguro no_estoy_segura quizá quizás tal_vez depende ni_idea puede_ser a_lo_mejor "
        "más_o_menos"
    ),
    question=entries("quién cuál cómo cuándo dónde cuánto cuánta por_qué"),
    deny=entries("no nunca jamás"),
    negates=entries("no nunca jamás tampoco"),
    affirms=entries(
        "no_puedo no_podemos no_consigo no_logro no_solo no_sé no_gracias no_yo no_mi no_el no_la no_importa"
    ),
    states=entries(
        "no_ha no_han no_he no_es no_está no_están no_funciona no_llega no_llegó no_recibí no_tengo todavía_no aún_no"
    ),
    alike=groups("""
        reembolso devolución reintegro reembolsar
        cancelar anular cancelación
        pedido compra orden paquete envío
        envío entrega paquete envíos despacho
        enviar entregar mandar despachar
        llegar recibir llega
        retraso tarde demora retrasado
        devolver cambiar cambio
        roto dañado defectuoso estropeado averiado
        problema error fallo incidencia
        ayuda asistencia soporte
        agente persona humano operador asesor empleado
        hablar contactar llamar comunicar
        queja reclamación reclamo
        precio coste costo tarifa cuánto
        descuento cupón oferta promoción rebaja
        pagar pago abonar
        factura recibo ticket
        dinero fondos saldo
        cuenta perfil usuario
        contraseña clave
        cambiar modificar actualizar editar
        dirección domicilio
        teléfono móvil celular número
        horario abierto abren abrís
        tienda local sucursal
        reservar reserva cita
        tarjeta visa mastercard
    """),
    short=pairs(
        "q=que k=que xq=porque pq=porque tb=también tmb=también xfa=por_favor xfavor=por_favor porfa=por_favor d=de "
        "dnd=donde bn=bien grax=gracias"
    ),
    numbers=numbers("""
        cero=0 uno=1 una=1 un=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12
        trece=13 catorce=14 quince=15 dieciséis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20
        un_par=2 una_docena=12
    """),
    ordinals=numbers("""
        primero=1 primera=1 primer=1 segundo=2 segunda=2 tercero=3 tercera=3 tercer=3 cuarto=4 cuarta=4 quinto=5
        quinta=5 sexto=6 sexta=6 séptimo=7 octavo=8 noveno=9 décimo=10 último=-1 última=-1
    """),
)

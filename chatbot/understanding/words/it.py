"""Italian."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="it",
    stemmer="italian",
    stop=entries("""
        il lo la i gli le l un uno una di a da in con su per tra fra del dello della dei degli delle al allo alla ai
        agli alle dal dalla nel nella sul sulla e ed o ma se che chi cui cosa come dove quando perché quale quali quanto
        è sono sei siamo siete era essere ho hai ha abbiamo avete hanno avere io tu lui lei noi voi loro mi ti si ci vi
        mio mia miei mie tuo tua suo sua nostro vostro questo questa questi queste quello quella non più molto anche già
        vorrei voglio posso può puoi devo bisogno grazie ciao
    """),
    filler=entries("""
        per favore piacere grazie mille ciao buongiorno buonasera salve ehi ok adesso ora allora beh gentilmente
        signore signora
    """),
    joins=entries("e ed inoltre anche poi e_anche e_poi"),
    common=entries("""
        acqua alto altro amico amore anno aria bambino bello bene bianco bocca braccio buono caldo cane casa cielo
        città cosa cuore domani donna dio estate famiglia fame figlio fine fiore freddo fuoco gatto gente giorno
        giovane grande ieri idea luce luna madre male mamma mano mare mattina meglio mese mondo morte musica niente
        nome notte nuovo oggi ogni ora padre paese pane parola parte piccolo piede poco porta prezzo primo ragazzo rosso
        scuola sempre sera settimana sole sonno strada tavolo tempo terra testa tutto ultimo uomo vecchio vento verde
        verità vino vita voce
    """),
    apart=entries("""
        acuto altra amano annuale annullata annullato annuncio annunciò apre avente avrete avuto cancellare
        cancellato comincia cominciamo cominciare conducente consente consulenza consulenze consultate
        dimenticare dimenticata dimenticate dimenticati dimenticato domenica domestica fumano identica
        imperatore imperatrice incomincia incominciare interrotti metti moderatore omicidio operative operato
        parla paura pesci rese restare rilancio rinviare rosetta salire scrivimi smentita spara stare starà
        starò sussidio tendenze usano uscite
    """),
    yes=entries("""
        senza_dubbio senza_alcun_dubbio nessun_dubbio non_c_è_dubbio ci_sto per_me_va_bene
        nessun_problema non_c_è_problema
        sì si s certo certamente ok okay va_bene esatto esattamente giusto corretto d_accordo assolutamente volentieri
        confermo perfetto naturalmente ovvio ovviamente come_no vai senz_altro sicuro affermativo
    """),
    no=entries("""
        non_proprio non_direi non_credo non_penso non_esattamente in_nessun_caso
        no n mai non sbagliato falso niente_affatto per_niente no_grazie assolutamente_no non_ancora meglio_di_no
        neanche_per_sogno negativo
    """),
    firm_yes=entries("sì si"),
    firm_no=entries("no no_grazie"),
    unsure=entries("non_so non_lo_so forse non_sono_sicuro non_sono_sicura dipende boh magari ni più_o_meno"),
    question=entries("cosa chi dove quando perché come quale quanto"),
    deny=entries("non mai no"),
    negates=entries("non mai"),
    affirms=entries("non_posso non_riesco non_solo non_so"),
    states=entries("non_ho non_è non_ha non_sono non_funziona non_arriva non_ancora"),
    alike=groups("""
        rimborso rimborsare restituzione
        annullare cancellare disdire
        ordine acquisto pacco
        pacco spedizione consegna
        spedire consegnare inviare
        arrivare ricevere arriva
        ritardo tardi
        restituire reso cambiare cambio
        rotto danneggiato difettoso guasto
        problema errore guasto
        aiuto assistenza supporto
        operatore persona umano agente addetto
        parlare contattare chiamare
        reclamo lamentela
        prezzo costo tariffa
        sconto buono offerta promozione
        pagare pagamento
        fattura ricevuta scontrino
        conto account profilo
        modificare cambiare aggiornare
        indirizzo domicilio
        telefono cellulare numero
        orari orario aperto aperti
        negozio filiale
        prenotare prenotazione appuntamento
        carta visa mastercard
        disponibile disponibilità
    """),
    short=pairs("xké=perché xke=perché nn=non cmq=comunque x=per grz=grazie k=che ke=che"),
    numbers=numbers("""
        zero=0 uno=1 una=1 un=1 due=2 tre=3 quattro=4 cinque=5 sei=6 sette=7 otto=8 nove=9 dieci=10 undici=11 dodici=12
        tredici=13 quattordici=14 quindici=15 sedici=16 diciassette=17 diciotto=18 diciannove=19 venti=20
        un_paio=2 una_dozzina=12
    """),
    ordinals=numbers("""
        primo=1 prima=1 secondo=2 seconda=2 terzo=3 terza=3 quarto=4 quarta=4 quinto=5 quinta=5 sesto=6 settimo=7
        ottavo=8 nono=9 decimo=10 ultimo=-1 ultima=-1 l'ultimo=-1
        l'ultima=-1
    """),
)

"""What customers write in each language: commands in words that no list has, and sentences that are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COMMANDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "human": "Agent please | i want to speak to an agnet | Could I talk to somebody please?",
        "cancel": "Cancel that please | cancle | Never mind, thanks",
        "opt_out": "UNSUBSCRIBE | please stop texting me | unsubscirbe",
        "opt_in": "Subscribe me again please | Resubscribe!",
        "delete_data": "please delete all my data | delete my personal infomation",
        "restart": "Lets start over | ok, start agian",
        "help": "HELP!!! | please help me | what can you do?",
        "emergency": "Emergency! this is an emergency | please call an ambulance, he fell | I want to die",
    },
    "es": {
        "human": "Agente por favor | quiero hablar con una perosna | ¿Puedo hablar con alguien?",
        "cancel": "Cancela, por favor | cancelr | Olvidalo",
        "opt_out": "BAJA | quiero darme de bja | No quiero más mensajes, gracias",
        "opt_in": "ALTA | quiero suscribirme por favor",
        "delete_data": "borren mis datos por favor | eliminar todos mis datos personles",
        "restart": "empezar de nuevo por favor | Volver a empesar",
        "help": "AYUDA!!! | ayudame por favor | necesito ayuda",
        "emergency": "por favor llamen a una ambulancia, se ha caído | ya no quiero vivir así | quiero morirme",
    },
    "de": {
        "human": (
            "Mitarbeiter bitte | ich will mit einem Menschen sprechen"
            " | Ich möchte bitte mit einem Mitarbeiter sprechen | ich möchte mit einem mitarbeitr sprechen"
            " | Kann ich bitte mit jemandem reden? | Mensch!"
        ),
        "cancel": (
            "Abbrechen bitte | abrechen | Vergessen Sie es, danke | vergiss es | hat sich erledigt, danke | Stopp"
        ),
        "opt_out": (
            "Abbestellen | bitte keine nachrichten mehr | Schreiben Sie mir bitte nicht mehr! | keine nachrihcten mehr"
        ),
        "opt_in": "START | Bitte schicken Sie mir wieder Nachrichten | ich möchte wieder nachrichten bekomen",
        "delete_data": "Bitte löschen Sie alle meine Daten | meine daten loeschen | Lösche meine persönlichen Datn",
        "restart": "Nochmal von vorne bitte | neustarten | von vorne",
        "help": (
            "Hilfe | HILFE!!! | Können Sie mir bitte helfen? | hife | Koennen Sie mir helfen | Was kannst du alles?"
        ),
        "emergency": (
            "ich will sterben | Mein Mann atmet nicht, bitte rufen Sie einen Krankenwagen | hilfe, hier brennt es"
            " | mein vater bewegt sich nicht, rufen Sie den Notarzt | sie atmet nicht hilfe"
            " | ich kann so nicht mehr leben, ich bringe mich um | Das ist ein Notfall!"
            " | ich will einfach nicht mehr leben | weil ich mich umbringen will"
        ),
    },
    "fr": {
        "human": "Un conseiller svp | je voudrais parler à un humian | Puis-je parler à quelqu’un ? | Conseiller",
        "cancel": "Annuler svp | anuler | laissez tomber merci | Laisse tomber",
        "opt_out": "Désabonnement | desabonnez moi svp | je ne veux plus recevoir de mesages | Ne m’écrivez plus !",
        "opt_in": "START | Je veux recevoir à nouveau vos messages | Réabonnez-moi svp",
        "delete_data": "Supprimez toutes mes données svp | effacer mes donnees | suprimer mes données personnelles",
        "restart": "Recommencer svp | on recomence | Retour au menu",
        "help": "Aide | à l’aide !! | besoin daide | Pouvez-vous m'aider ? | aidez moi svp",
        "emergency": (
            "j'ai envie de mourir | Appelez une ambulance, il est tombé | je ne veux plus vivre comme ça"
            " | il ne bouge pas, appelez une ambulance | c’est une urgence | aidez-moi, je n'arrive plus à respirer"
        ),
    },
    "it": {
        "human": (
            "Operatore per favore | vorrei parlare con un opertore | Posso parlare con qualcuno? | un operatore umano"
        ),
        "cancel": "Annulla per favore | anulla | lascia perdere grazie | lasci stare",
        "opt_out": "Annulla iscrizione | disiscrivimi per favore | non voglio più ricevere messagi | basta messaggi!",
        "opt_in": "START | Vorrei ricevere di nuovo i vostri messaggi | riattiva i messagi",
        "delete_data": (
            "Cancellate tutti i miei dati per favore | elimina i miei dati personalli | cancella i miei dati"
        ),
        "restart": "Ricominciamo da capo | ricominica | torna al menu",
        "help": "Aiuto!!! | aiutami per favore | Mi può aiutare? | auito | Cosa puoi fare?",
        "emergency": (
            "voglio morire | chiamate un’ambulanza, è caduto | È un'emergenza | non voglio più vivere così"
            " | aiuto, c'è un incendio"
        ),
    },
    "pt": {
        "human": (
            "Atendente por favor | quero falar com um atendete | Posso falar com alguém? | preciso falar com uma pessoa"
        ),
        "cancel": "Cancela por favor | canclear | deixa pra lá, obrigado | esquece isso",
        "opt_out": (
            "Parar mensagens | nao quero mais mensagens | não me mandem mais mensagens!"
            " | quero parar de receber mensagnes"
        ),
        "opt_in": "START | Quero voltar a receber mensagens por favor | quero receber mensagens denovo",
        "delete_data": (
            "Apaguem todos os meus dados por favor | excluir meus dados pessoias | quero eliminar os meus dados"
        ),
        "restart": "Vamos começar de novo | recomecar | voltar ao menu principal",
        "help": "Ajuda!!! | me ajuda por favor | Você pode me ajudar? | ajdua | preciso de ajuda",
        "emergency": (
            "quero morrer | chamem uma ambulância, ele caiu | é uma emergência | não quero mais viver assim"
            " | socorro, não consigo respirar"
        ),
    },
    "nl": {
        "human": (
            "Medewerker alstublieft | ik wil graag met een medewerkr spreken | Mag ik even met iemand praten?"
            " | Kunt u mij doorverbinden?"
        ),
        "cancel": "Annuleren aub | anuleren | laat maar, bedankt | Laat maar zitten",
        "opt_out": "Afmelden | geen berichten meer aub | Stuur mij geen berichten meer! | schrijf me uit",
        "opt_in": "START | Ik wil weer berichten ontvangen aub | meld mij weer aan",
        "delete_data": "Verwijder al mijn gegevens alstublieft | wis mijn gegevns | kunt u mijn gegevens verwijderen",
        "restart": "Opnieuw beginnen aub | opnieuw begininen | terug naar het menu",
        "help": "Help | hulp!! | Kunt u mij helpen? | ik heb hulp ndig | hulp aub",
        "emergency": (
            "ik wil dood | hij beweegt niet, bel een ambulance | bel een ambulance, hij is gevallen"
            " | dit is een noodgeval | ik wil zo niet meer, ik wil niet meer leven"
        ),
    },
    "tr": {
        "human": (
            "Temsilci lütfen | bir temsilciyle gorusmek istiyorum | Biriyle konuşabilir miyim?"
            " | müşteri temsilcisine bağlayın"
        ),
        "cancel": "İptal | IPTAL ET | Vazgeçtim | iptla | boşver lütfen",
        "opt_out": "Mesaj istemiyorum | artik mesaj gondermeyin | beni listeden cikarin | abonelikten çık",
        "opt_in": "START | tekrar mesaj almak istiyorum | Yeniden abone ol lütfen",
        "delete_data": "Lütfen tüm verilerimi silin | kisisel verilerimi silin | verilerimi siln",
        "restart": "Baştan başlayalım | yeniden basla | ana menüye dön",
        "help": "Yardım | YARDIM!!! | yardm | bana yardım eder misiniz? | Yardım edin lütfen",
        "emergency": (
            "ölmek istiyorum | lütfen ambulans çağırın, düştü | artık yaşamak istemiyorum | evimiz yanıyor imdat"
        ),
    },
}
"""By language and command; a bar stands between two messages."""

NO_COMMANDS: Final[Mapping[str, str]] = {
    "en": (
        "cancel my order | I want to cancel my order | help me find my parcel | is there an agent in Madrid"
        " | this is not an emergency | where can I delete a photo | cancer | the stars"
    ),
    "es": (
        "cancelar mi pedido | quiero cancelar mi pedido | ayuda con mi pedido | pagar"
        " | no es una emergencia, de verdad | falta | mis datos son correctos"
    ),
    "de": (
        "meine Bestellung stornieren | Bestellung abbrechen | ich möchte meine Bestellung abbrechen"
        " | Hilfe bei der Rückgabe | ich will bestellen | bestellen | anmelden | fertig | nein"
        " | das ist kein Notfall | meine Daten ändern | wie erreiche ich einen Mitarbeiter in Berlin | statt"
        " | Hilft nicht | im Notfall, welche Nummer gilt"
    ),
    "fr": (
        "annuler ma commande | je veux annuler ma commande | aide pour un retour | commencer | publier | non"
        " | personne | ce n'est pas une urgence | modifier mes données | appelez le 15 janvier | oublier"
    ),
    "it": (
        "annulla il mio ordine | vorrei annullare l'ordine | aiuto con il reso | domenica | avuto | stare | no"
        " | niente | non è un'emergenza | modificare i miei dati | omicidio"
    ),
    "pt": (
        "cancelar o meu pedido | quero cancelar meu pedido | ajuda com a devolução | pagar | assistir | não | nada"
        " | não é uma emergência | alterar os meus dados | esqueci a senha | esqueci"
    ),
    "nl": (
        "mijn bestelling annuleren | ik wil mijn bestelling annuleren | hulp bij retour | aanmelden | staat"
        " | staart | inschrijven | klaar | nee | dit is geen noodgeval | mijn gegevens wijzigen | gehouden"
    ),
    "tr": (
        "siparişimi iptal et | siparişimi iptal etmek istiyorum | iade için yardım | nisan | biraz | yarım | hayır"
        " | bu bir acil durum değil | verilerimi değiştir | etkili"
    ),
}

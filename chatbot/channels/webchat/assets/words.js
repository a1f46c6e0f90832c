// What the widget says of its own accord. `words` in bot.yaml may say any of it in another way, or in another language.

const KEYS = "placeholder message send attach open close online offline sending sent not_sent you person typing answers choices cards conversation unread picture drop too_large wrong_type hello".split(" ");
const PHRASES = {
  en: "Write a message…|Your message|Send|Attach a file|Open chat|Close chat|Online|Reconnecting…|sending…|Sent|Not sent.|You|Team member|is writing|Answers|Choices|Cards|Conversation|new messages: {n}|Picture|Drop the file here|This file is too large: at most {n} MB.|Files of this type cannot be sent here.|Hello! How can we help you today?",
  es: "Escribe un mensaje…|Tu mensaje|Enviar|Adjuntar un archivo|Abrir el chat|Cerrar el chat|En línea|Reconectando…|enviando…|Enviado|No enviado.|Tú|Miembro del equipo|está escribiendo|Respuestas|Opciones|Tarjetas|Conversación|mensajes nuevos: {n}|Imagen|Suelta el archivo aquí|El archivo es demasiado grande: {n} MB como máximo.|Aquí no se pueden enviar archivos de este tipo.|¡Hola! ¿En qué podemos ayudarte hoy?",
  de: "Nachricht schreiben…|Ihre Nachricht|Senden|Datei anhängen|Chat öffnen|Chat schließen|Online|Verbindung wird hergestellt…|wird gesendet…|Gesendet|Nicht gesendet.|Sie|Team|schreibt|Antworten|Auswahl|Karten|Unterhaltung|neue Nachrichten: {n}|Bild|Datei hier ablegen|Die Datei ist zu groß: höchstens {n} MB.|Dateien dieser Art können hier nicht gesendet werden.|Guten Tag! Wie können wir Ihnen helfen?",
  fr: "Écrivez un message…|Votre message|Envoyer|Joindre un fichier|Ouvrir le chat|Fermer le chat|En ligne|Reconnexion…|envoi…|Envoyé|Non envoyé.|Vous|Membre de l’équipe|est en train d’écrire|Réponses|Choix|Cartes|Conversation|nouveaux messages : {n}|Image|Déposez le fichier ici|Ce fichier est trop volumineux : {n} Mo au maximum.|Les fichiers de ce type ne peuvent pas être envoyés ici.|Bonjour ! Comment pouvons-nous vous aider ?",
  it: "Scrivi un messaggio…|Il tuo messaggio|Invia|Allega un file|Apri la chat|Chiudi la chat|Online|Riconnessione…|invio…|Inviato|Non inviato.|Tu|Membro del team|sta scrivendo|Risposte|Scelte|Schede|Conversazione|nuovi messaggi: {n}|Immagine|Rilascia il file qui|Il file è troppo grande: al massimo {n} MB.|Qui non si possono inviare file di questo tipo.|Ciao! Come possiamo aiutarti?",
  pt: "Escreva uma mensagem…|A sua mensagem|Enviar|Anexar um ficheiro|Abrir o chat|Fechar o chat|Online|A restabelecer a ligação…|a enviar…|Enviado|Não enviado.|Você|Membro da equipa|está a escrever|Respostas|Opções|Cartões|Conversa|mensagens novas: {n}|Imagem|Largue o ficheiro aqui|O ficheiro é demasiado grande: no máximo {n} MB.|Ficheiros deste tipo não podem ser enviados aqui.|Olá! Como podemos ajudar?",
  nl: "Schrijf een bericht…|Je bericht|Versturen|Bestand toevoegen|Chat openen|Chat sluiten|Online|Opnieuw verbinden…|versturen…|Verstuurd|Niet verstuurd.|Jij|Teamlid|is aan het typen|Antwoorden|Keuzes|Kaarten|Gesprek|nieuwe berichten: {n}|Afbeelding|Laat het bestand hier los|Dit bestand is te groot: hoogstens {n} MB.|Bestanden van dit type kunnen hier niet worden verstuurd.|Hallo! Waarmee kunnen we je helpen?",
  tr: "Mesaj yazın…|Mesajınız|Gönder|Dosya ekle|Sohbeti aç|Sohbeti kapat|Çevrimiçi|Yeniden bağlanılıyor…|gönderiliyor…|Gönderildi|Gönderilemedi.|Siz|Ekip üyesi|yazıyor|Yanıtlar|Seçenekler|Kartlar|Konuşma|yeni mesajlar: {n}|Resim|Dosyayı buraya bırakın|Dosya çok büyük: en fazla {n} MB.|Bu tür dosyalar buradan gönderilemez.|Merhaba! Size nasıl yardımcı olabiliriz?",
  ar: "اكتب رسالة…|رسالتك|إرسال|إرفاق ملف|فتح المحادثة|إغلاق المحادثة|متصل|جارٍ إعادة الاتصال…|جارٍ الإرسال…|تم الإرسال|لم تُرسل.|أنت|أحد أعضاء الفريق|يكتب الآن|الإجابات|الخيارات|البطاقات|المحادثة|رسائل جديدة: {n}|صورة|أفلت الملف هنا|الملف كبير جدًا: {n} ميغابايت كحد أقصى.|لا يمكن إرسال ملفات من هذا النوع هنا.|مرحبًا! كيف يمكننا مساعدتك؟",
};
const RIGHT_TO_LEFT = new Set(["ar", "he", "fa", "ur", "ps", "ckb", "dv", "yi"]);

// The language of one page, with the words in it and the way they run.
class Words {
  constructor(wanted) {
    const known = (language) => language in PHRASES || language in CONFIG.words;
    const asked = wanted.map((each) => (each || "").toLowerCase().split(/[-_]/)[0]).filter(Boolean);
    this.language = asked.find(known) ?? "en";
    this.dir = RIGHT_TO_LEFT.has(this.language) ? "rtl" : "ltr";
    const phrases = (PHRASES[this.language] ?? PHRASES.en).split("|");
    KEYS.forEach((key, place) => { this[key] = phrases[place]; });
    Object.assign(this, CONFIG.words[this.language]);
  }

  // A text of bot.yaml in this language, in none named, or in the first there is.
  of(texts) { return texts[this.language] ?? texts[""] ?? texts.en ?? Object.values(texts)[0] ?? ""; }
}

function filled(text, n) { return text.replace("{n}", n); }

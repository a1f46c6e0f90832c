"""Turkish days, clocks and spans; case endings are understood on names of days and months, and on numbers."""

from chatbot.understanding.words.calendar.table import Calendar, phrases

ENDINGS = (
    "a", "e", "ya", "ye", "da", "de", "ta", "te", "dan", "den", "tan", "ten", "i", "u", "yi", "yu", "in", "un", "nin",
    "nun", "ki", "_günü", "_gününe", "_akşamı", "_sabahı",
)  # fmt: skip

CALENDAR = Calendar(
    language="tr",
    months=phrases(
        """
        ocak=1 ocağ=1 oca=1 şubat=2 şub=2 mart=3 nisan=4 nis=4 mayıs=5 haziran=6 haz=6 temmuz=7 tem=7 ağustos=8 ağu=8
        eylül=9 eyl=9 ekim=10 kasım=11 kas=11 aralık=12 aralığ=12 ara=12
        """,
        ENDINGS[:17],
    ),
    weekdays=phrases("pazartesi=0 salı=1 çarşamba=2 perşembe=3 cuma=4 cumartesi=5 pazar=6", ENDINGS),
    days=phrases("""
        bugün=0 bugüne=0 bu_gün=0 bu_akşam=0 bu_gece=0 bu_sabah=0 yarın=1 yarına=1 yarın_akşam=1 yarın_sabah=1
        öbür_gün=2 ertesi_gün=1 yarından_sonra=2 dün=-1 dün_akşam=-1 dün_gece=-1 evvelsi_gün=-2 önceki_gün=-2
    """),
    coming=phrases("önümüzdeki=1 gelecek=1 bir_sonraki=1 bu=0 geçen=-1 geçtiğimiz=-1"),
    next_week=phrases("önümüzdeki_hafta=1 gelecek_hafta=1 haftaya=1 bu_hafta=0 geçen_hafta=-1"),
    which_month=phrases("""
        gelecek_ayın=1 önümüzdeki_ayın=1 gelecek_ay=1 önümüzdeki_ay=1 bu_ayın=0 bu_ay=0 geçen_ayın=-1
    """),
    later=phrases("sonra sonraya sonrası sonrasına içinde"),
    ago=phrases("önce evvel"),
    ends=phrases(
        "ay_sonu=0 ay_sonuna=0 ay_sonunda=0 ayın_sonu=0 ayın_sonunda=0 ayın_sonuna=0 yıl_sonu=12 yıl_sonunda=12"
    ),
    articles=phrases("ayın"),
    day_word=phrases("ayın"),
    suffixes=frozenset(
        {
            "i",
            "si",
            "u",
            "inde",
            "unda",
            "sinde",
            "ine",
            "una",
            "sine",
            "e",
            "ye",
            "a",
            "de",
            "da",
            "te",
            "ta",
            "den",
            "dan",
        }
    ),
    at_firm=phrases("saat"),
    at=phrases("saatte"),
    clocks=phrases("öğlen=720 öğle=720 öğleyin=720 gece_yarısı=0"),
    after_hour=phrases("buçuk=30 buçukta=30"),
    either=phrases("veya ya_da"),
    parts=phrases("""
        sabah=1 sabahleyin=1 bu_sabah=1 yarın_sabah=1 öğleden_önce=1 öğleden_sonra=2 akşam=3 akşamı=3 akşamleyin=3
        bu_akşam=3 yarın_akşam=3 gece=4 bu_gece=4 dün_gece=4 dün_akşam=3
    """),
    units=phrases("""
        saniye=1 sn=1 dakika=60 dakikalık=60 dk=60 saat=3600 saatlik=3600 sa=3600 gün=86400 günlük=86400 gece=86400
        hafta=604800 haftalık=604800 ay=2592000 aylık=2592000 yıl=31536000 yıllık=31536000 sene=31536000 iş_günü=86400
    """),
    spans=phrases("""
        yarım_saat=1800 bir_buçuk_saat=5400 çeyrek_saat=900 on_beş_dakika=900 yarım_gün=43200 altı_ay=15552000
        iki_buçuk_saat=9000
    """),
    during=phrases("yaklaşık"),
    joins=phrases("ve ,"),
    now=phrases("şimdi hemen"),
    counts=phrases("""
        yüz=100
        bir=1 yirmi_bir=21 yirmi_dört=24 yirmi_beş=25 yirmi_sekiz=28 otuz=30 otuz_bir=31 otuz_beş=35 kırk=40
        kırk_beş=45 kırk_sekiz=48 elli=50 altmış=60 doksan=90 sekizde=8 dokuzda=9 yedide=7 altıda=6 beşte=5 onda=10
    """),
)

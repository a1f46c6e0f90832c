"""Turkish."""

from chatbot.understanding.words.table import Words, entries, groups, numbers, pairs

WORDS = Words(
    language="tr",
    stemmer="turkish",
    stop=entries("""
        ve veya ile ama fakat bir bu şu o ben sen biz siz onlar benim senin bizim sizin onun beni bana seni sana bize
        size mi mı mu mü musun misin mısın müsün miyim mıyım ne nasıl neden niçin nerede nereye nereden kim hangi kaç
        için gibi kadar daha çok az en de da ki var yok değil olan oldu olarak her bazı şey istiyorum isterim lütfen
        teşekkürler merhaba
    """),
    filler=entries("""
        lütfen teşekkürler teşekkür ederim sağol sağ ol merhaba selam günaydın iyi günler akşamlar tamam şimdi hemen
        acaba rica
    """),
    joins=entries("ve ayrıca bir_de hem_de"),
    common=entries("""
        adam ağaç akşam anne araba arkadaş ayak baba balık bahçe beyaz bugün burada büyük çocuk deniz dün dünya eski ev
        gece gelmek genç gün güneş güzel hafta hava hayat her iş isim kadın kapı kara kardeş kedi kız kitap köpek kötü
        küçük mavi masa mutlu okul oda oyun para renk saat sabah sarı sevgi soğuk sokak su şehir uyku uzun yarın
        yaş yemek
        yeni yeşil yıl yol zaman
    """),
    apart=entries("""
        alır anneler aptal ayda benden beraber bira biran biraz burak burdur bıçak demiştim dikiş doldurun duman
        durdu durur duyduğun etkili gösterin iade ihsan inan insani inşa kalır karar mesajlaşma nisan nişan
        parça pazar sabır salih sürdüren sıfıra temsili vardım yarar yarım yazdım yetenekler yetkisi zarar çekiş
        çıkmış çıkıp çırak ırak şart
    """),
    yes=entries("""
        kuşkusuz şüphesiz hiç_şüphesiz hiç_şüphem_yok bana_uyar anlaştık tamamdır
        sorun_değil sorun_yok
        evet e tamam olur peki elbette tabii tabi tabii_ki kesinlikle doğru aynen ok oldu onaylıyorum kabul isterim
        neden_olmasın hıhı evet_lütfen
    """),
    no=entries("""
        pek_değil pek_sayılmaz sayılmaz sanmıyorum sanmam zannetmiyorum hiç_değil hiç_de_değil
        hayır h yok olmaz istemiyorum istemem asla değil yanlış kesinlikle_hayır hayır_teşekkürler henüz_değil
        şimdi_değil vazgeçtim
    """),
    firm_yes=entries("evet"),
    firm_no=entries("hayır hayır_teşekkürler"),
    unsure=entries("bilmiyorum emin_değilim belki fikrim_yok bilmem galiba fark_etmez"),
    question=entries("ne nasıl neden niçin nerede nereye kim hangi kaç niye"),
    deny=entries("değil hayır yok asla"),
    negates=entries("değil asla istemiyorum istemem etme etmeyin yapma yapmayın"),
    affirms=entries("değil_mi"),
    alike=groups("""
        iade geri
        iptal vazgeç
        sipariş paket kargo
        kargo teslimat gönderi paket
        geç gecikme gecikti
        değişim değiştirmek
        kırık hasarlı bozuk arızalı
        sorun problem hata arıza
        yardım destek
        temsilci insan kişi
        konuşmak görüşmek aramak
        fiyat ücret
        indirim kupon kampanya
        ödeme ödemek
        fatura fiş
        hesap profil
        şifre parola
        değiştirmek güncellemek
        telefon numara
        açık saatler saatleri
        mağaza dükkan şube
        rezervasyon randevu
        stok mevcut
    """),
    short=pairs("slm=selam mrb=merhaba tşk=teşekkür tsk=teşekkür ltf=lütfen tmm=tamam nbr=ne_haber bi=bir"),
    numbers=numbers("""
        sıfır=0 bir=1 iki=2 üç=3 dört=4 beş=5 altı=6 yedi=7 sekiz=8 dokuz=9 on=10 on_bir=11 on_iki=12 on_üç=13
        on_dört=14 on_beş=15 on_altı=16 on_yedi=17 on_sekiz=18 on_dokuz=19 yirmi=20
        bir_çift=2 bir_düzine=12
    """),
    ordinals=numbers("""
        birinci=1 ilk=1 ikinci=2 üçüncü=3 dördüncü=4 beşinci=5 altıncı=6 yedinci=7 sekizinci=8 dokuzuncu=9 onuncu=10
        sonuncu=-1 son=-1
    """),
)

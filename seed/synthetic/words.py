"""What synthetic titles, names and texts are made of. A word more changes what every seed makes of its numbers."""

from typing import NamedTuple


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.replace("~", " ") for word in text.split())


ADJECTIVES = _split(
    """
    Last Silent Golden Broken Crimson Hidden Lost Endless Burning Frozen Hollow Savage Quiet Distant Bitter Velvet
    Wicked Restless Sacred Fallen Invisible Perfect Paper Electric Midnight Secret Dark White Black Blue Red Green
    Crooked Gentle Wild Forgotten Second Stolen Glass Iron Silver Empty Strange Lonely Naked Ordinary Impossible
    Reckless Tender Violent Winter Summer Foreign Borrowed Careless Deadly Drowned Early Faithful Final Foolish
    Grand Guilty Haunted Holy Honest Hungry Infinite Innocent Little Long Lucky Mad Magnificent Merry Missing Moving
    Noble Northern Painted Patient Pale Poisoned Proud Rising Royal Running Scarlet Seventh Shining Sinking Sleeping
    Solitary Southern Stubborn Sudden Sunken Sweet Tangled Third Thousand Twisted Unfinished Unholy Unknown Unquiet
    Unwanted Upside-Down Vanishing Wandering Weeping Western Whispering Wounded Yellow Young
    """
)
NOUNS = _split(
    """
    Shadow River Garden House Letter Promise Winter Road Mirror Stranger King Queen Wolf Tiger Crow Bridge Harbour
    Island Lighthouse Machine Clock Hunter Thief Widow Daughter Son Brother Sister Mother Father Soldier Doctor
    Teacher Detective Witness Judge Prisoner Painter Dancer Singer Clown Pilot Captain Sailor Fisherman Farmer
    Baker Butcher Tailor Carpenter Architect Gardener Gambler Beggar Saint Sinner Angel Devil Ghost Dragon Horse
    Dog Cat Sparrow Nightingale Butterfly Spider Snake Whale Bear Fox Lion Elephant Rose Orchid Forest Mountain
    Valley Desert Ocean Storm Rain Snow Fire Ash Dust Stone Sand Moon Sun Star Comet Planet Night Morning Evening
    Hour Day Summer Autumn Spring Year Century Kiss Dream Memory Secret Lie Truth Silence Song Dance Waltz Melody
    Whisper Scream Laugh Tear Heart Blood Bone Hand Face Eye Knife Gun Bullet Key Door Window Room Hotel Station
    Train Ship Car Bicycle Balloon Circus Theatre Museum Library School Prison Church Temple Castle Palace Tower
    Village City Street Square Border Frontier Kingdom Empire Republic War Peace Battle Treaty Crown Throne Sword
    Shield Ring Coin Diamond Pearl Map Compass Diary Photograph Portrait Puzzle Game Wager Bargain Debt Inheritance
    Wedding Funeral Birthday Holiday Harvest Feast Supper Journey Voyage Escape Chase Hunt Return Farewell Crossing
    """
)
DOING = _split(
    """
    Chasing Finding Losing Leaving Saving Burning Breaking Keeping Trusting Remembering Forgetting Killing
    Marrying Raising Meeting Becoming Following Escaping Painting Selling Stealing Building Hunting Hiding Watching
    """
)
PLACES = _split(
    """
    Paris Lisbon Naples Vienna Berlin Kraków Prague Budapest Istanbul Cairo Tangier Dakar Lagos Nairobi Mombasa
    Bombay Calcutta Lahore Kyoto Osaka Seoul Shanghai Hanoi Manila Sydney Auckland Havana Bogotá Lima Santiago
    Montevideo Brooklyn Memphis Savannah Reno Tucson Montréal Reykjavík Dublin Glasgow Liverpool Oslo Göteborg
    Helsinki Riga Odesa Tbilisi Samarkand Ulaanbaatar Zanzibar Timbuktu Valparaíso Trieste Marseille Sevilla
    """
)
ROLES = ("Detective", "Mother", "The Stranger", "Narrator", "Doctor", "Neighbour", "Barman", "Old Man", "Self", "Judge")
SUFFIXES = ("Pictures", "Films", "Studios", "Productions", "Entertainment", "Media", "Cinema", "Filmproduktion", "Cine")
TROUBLES = (
    "a debt that nobody remembers making", "a letter that arrives thirty years late", "a crime that was never reported",
    "the disappearance of an only child", "an inheritance with one condition", "a war that has already been lost",
    "a wedding that nobody wants", "a rumour the whole town believes", "the last train before the border closes",
    "a photograph that should not exist", "a machine that answers every question", "a promise made to the dead",
)  # fmt: skip
ENDINGS = (
    "Nothing will be as it was.", "But somebody has been watching all along.", "Time is running out.",
    "Only one of them tells the truth.", "And then the snow begins to fall.", "What follows will divide the family.",
    "They have until dawn.", "It may already be too late.", "Not everybody wants to be saved.",
)  # fmt: skip
TAGLINES = (
    "Some doors stay closed.", "Every {0} has its price.", "Trust no {0}.", "Once there was a {0}.",
    "He came for the {0}. He stayed for the {1}.", "Beware of the {0}.", "One {0}. One {1}. No way back.",
)  # fmt: skip

GENRES = (
    "Drama", "Comedy", "Thriller", "Romance", "Action", "Documentary", "Horror", "Crime", "Adventure", "Family",
    "Animation", "Science Fiction", "Mystery", "Fantasy", "Music", "History", "War", "TV Movie", "Western",
)  # fmt: skip

JOBS = (  # (department, job), as far as a film has a crew
    ("Directing", "Director"), ("Writing", "Screenplay"), ("Production", "Producer"),
    ("Camera", "Director of Photography"), ("Editing", "Editor"), ("Sound", "Original Music Composer"),
    ("Art", "Production Design"), ("Costume & Make-Up", "Costume Design"),
)  # fmt: skip

CERTIFICATIONS = {
    "US": ("G", "PG", "PG-13", "R", "NC-17"), "GB": ("U", "PG", "12A", "15", "18"), "DE": ("0", "6", "12", "16", "18"),
    "FR": ("TP", "12", "16", "18"), "ES": ("A", "7", "12", "16", "18"), "BR": ("L", "10", "12", "14", "16", "18"),
    "JP": ("G", "PG12", "R15+", "R18+"), "KR": ("All", "12", "15", "19"), "SE": ("Btl", "7", "11", "15"),
}  # fmt: skip
SHOWS = ("TV-G", "TV-PG", "TV-14", "TV-MA")  # as the United States certify them


class Tongue(NamedTuple):
    """A language, and how films in it and people who speak it are called."""

    code: str
    countries: tuple[str, ...]
    titles: tuple[str, ...]  # patterns of original titles
    words: tuple[str, ...]
    given: tuple[str, ...]  # "Haruki=春樹" is written in two scripts
    family: tuple[str, ...]
    towns: tuple[str, ...]
    family_first: bool = False  # in its own script


def _tongue(code: str, countries: str, titles: str, words: str, given: str, family: str, towns: str) -> Tongue:
    return Tongue(
        code=code,
        countries=_split(countries),
        titles=tuple(titles.split("|")),
        words=_split(words),
        given=_split(given),
        family=_split(family),
        towns=_split(towns),
        family_first=code in ("ja", "zh", "ko"),
    )


# The first ones are the likeliest. In English the original title is the title.
TONGUES = (
    _tongue(
        "en", "US GB CA AU IE NZ", "", "",
        "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph "
        "Jessica Thomas Sarah Charles Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Margaret Steven Sandra Paul "
        "Ashley Andrew Emily Joshua Donna Kenneth Michelle Kevin Carol Brian Amanda George Melissa Edward Deborah",
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Moore Jackson Martin Lee Thompson "
        "White Harris Clark Lewis Robinson Walker Hall Allen Young King Wright Scott Hill Green Adams Baker Nelson "
        "Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris O’Brien Murphy",
        "London Chicago Toronto Melbourne Manchester Boston Cork Leeds Atlanta Seattle",
    ),
    _tongue(
        "fr", "FR BE CA CH", "Le {0} et la {1}|Un {0}|La {1} du {0}|Mon {0}, ma {1}|L’été du {0}",
        "silence jardin voyage mensonge fleuve secret soldat vertige rêve départ",
        "Amélie Benoît Chloé Édouard Élodie François Geneviève Hélène Inès Jérôme Léa Mathieu Noémie Océane Raphaël",
        "Lefèvre Moreau Béranger Dubois Garçon Hébert Lemaître Noël Périer Rousseau Séguin Thibault Vallée Deschênes",
        "Lyon Nîmes Liège Genève Orléans Québec Béziers",
    ),
    _tongue(
        "es", "ES MX AR CO CL", "El {0} de la {1}|La {1}|Mi {0}|Los {0}s perdidos|Adiós, {0}",
        "camino hermano verano corazón desierto espejo niño secreto río fuego",
        "Álvaro Begoña César Concepción Íñigo Inés Jesús José Lucía María Martín Mónica Óscar Ramón Sofía Tomás Ximena",
        "García Fernández González Núñez Rodríguez Sánchez Pérez Ibáñez Muñoz Gutiérrez Zúñiga Peña Ordóñez Vázquez",
        "Madrid Córdoba Bogotá Medellín Málaga Mérida Rosario",
    ),
    _tongue(
        "ja", "JP", "{0}の{1}|{0}と{1}|最後の{0}|{0}物語", "夜 海 雪 花 約束 手紙 東京 夏 影 夢 風 家族",
        "Haruki=春樹 Yuki=由紀 Akira=明 Keiko=恵子 Takeshi=武 Naomi=直美 Hiroshi=浩 Sakura=桜 "
        "Kenji=健二 Emi=恵美 Ryō=亮",
        "Tanaka=田中 Satō=佐藤 Suzuki=鈴木 Yamamoto=山本 Kobayashi=小林 Itō=伊藤 Ōshima=大島 Watanabe=渡辺 Mori=森",
        "Tōkyō Ōsaka Kyōto Sapporo Nagoya Fukuoka",
    ),
    _tongue(
        "hi", "IN", "{0} और {1}|मेरा {0}|{0} की {1}", "प्यार दिल रात सपना घर दोस्त सफ़र बारिश",
        "Aarav=आरव Priya=प्रिया Rahul=राहुल Anjali=अंजलि Vikram=विक्रम Deepa=दीपा Sanjay=संजय Meera=मीरा Arjun=अर्जुन",
        "Sharma=शर्मा Verma=वर्मा Gupta=गुप्ता Singh=सिंह Kapoor=कपूर Rao=राव Mehta=मेहता Joshi=जोशी Iyer=अय्यर",
        "Mumbai Delhi Jaipur Pune Kolkata Lucknow",
    ),
    _tongue(
        "de", "DE AT CH", "Der {0}|Das Haus am {0}|{0} und {1}|Mein {0}|Die Frau vom {0}",
        "Sommer Fluss Schatten Bruder Abschied Wächter Himmel Frühling Spiegel König",
        "Jürgen Käthe Günther Björn Jörg Ulrike Sönke Anneliese Matthias Friederike Heinz Gisela Wolfgang Änne Uwe",
        "Müller Schröder Weiß Jäger König Köhler Schäfer Bäcker Großmann Krüger Vogel Lübbe Strauß Günzel Böhm",
        "Köln München Wien Zürich Nürnberg Lübeck Graz",
    ),
    _tongue(
        "ko", "KR", "{0}의 {1}|{0}, 그리고 {1}|마지막 {0}", "밤 바다 기억 편지 여름 봄 비밀 가족 도시",
        "Min-jun=민준 Seo-yeon=서연 Ji-ho=지호 Ha-eun=하은 Do-yun=도윤 Ye-jin=예진 Hyun-woo=현우 "
        "Su-bin=수빈 Jae-won=재원",
        "Kim=김 Lee=이 Park=박 Choi=최 Jung=정 Kang=강 Cho=조 Yoon=윤 Jang=장 Lim=임 Han=한 Shin=신",
        "Seoul Busan Daegu Incheon Gwangju",
    ),
    _tongue(
        "zh", "CN HK TW", "{0}与{1}|{0}的{1}|最后的{0}|我的{0}", "长江 夜 上海 爱情 春天 故事 红灯 岁月 江湖",
        "Wei=伟 Fang=芳 Na=娜 Xiuying=秀英 Jun=军 Lei=磊 Jing=静 Tao=涛 Yan=燕 Ming=明 Xia=霞 Bo=波",
        "Wang=王 Li=李 Zhang=张 Liu=刘 Chen=陈 Yang=杨 Huang=黄 Zhao=赵 Wu=吴 Zhou=周 Xu=徐 Sun=孙 Ma=马 Lin=林",
        "Beijing Shanghai Chengdu Taipei Guangzhou",
    ),
    _tongue(
        "it", "IT CH", "Il {0}|La notte del {0}|{0} e {1}|Un {0} a Roma", "ladro mare padre sogno treno delitto cielo",
        "Niccolò Giosuè Chiara Matteo Beatrice Lorenzo Ilaria Ottavio Ginevra Fabrizio Elisabetta Noè Sveva Cesare",
        "Rossi Bianchi Esposito Ricci Marino Conti D’Angelo Colombo Fontana Dalò Nicolò Greco Barbieri Lo~Bianco",
        "Roma Napoli Torino Forlì Palermo Bari",
    ),
    _tongue(
        "ru", "RU UA KZ", "{0} и {1}|Мой {0}|Последний {0}|{0} на рассвете", "снег поезд город дом ветер солдат берег",
        "Ivan=Иван Olga=Ольга Sergei=Сергей Natalya=Наталья Dmitri=Дмитрий Yelena=Елена Mikhail=Михаил Vera=Вера",
        "Kuznetsov=Кузнецов Volkov=Волков Orlov=Орлов Sokolov=Соколов Belov=Белов Zaitsev=Зайцев Morozov=Морозов",
        "Moskva Kazan Odesa Almaty Tver",
    ),
    _tongue(
        "pt", "BR PT", "O {0} da {1}|Meu {0}|A última {1}|{0} e {1}", "coração sertão verão irmão mar segredo avô",
        "João Conceição Antônio Luísa Fábio Júlia Sebastião Inês Caetano Letícia Rogério Vitória Simão Cecília",
        "Araújo Conceição Gonçalves Magalhães Simões Assunção Guimarães Falcão Brandão Leitão Antunes Sá",
        "Lisboa Brasília Maceió Évora Belém",
    ),
    _tongue(
        "sv", "SE NO DK FI IS", "En {0}|{0} och {1}|Den sista {0}|Mitt {0}", "sommar ö vår hjärta natt gåta ängel",
        "Åsa Björn Märta Göran Sören Øyvind Håkon Þóra Eiður Päivi Jørgen Søren Åke Östen Väinö Ingrid",
        "Åkesson Öberg Sjöström Nyström Ødegård Jónsdóttir Sigurðsson Mäkinen Hämäläinen Østergaard Bergström "
        "Lindqvist",
        "Malmö Göteborg Ålesund Århus Jyväskylä Ísafjörður",
    ),
    _tongue(
        "pl", "PL CZ SK HU", "{0} i {1}|Ostatni {0}|Mój {0}|Cień {0}", "dom śnieg ogień pociąg brzeg sąsiad miód",
        "Łukasz Małgorzata Stanisława Wojciech Zbigniew Jiří Božena Václav Šárka Ľudmila István Zsófia György Eszter",
        "Wójcik Dąbrowski Żuławski Łoziński Šťastný Dvořák Kratochvíl Černý Szabó Kovács Nagy Tóth Wiśniewski",
        "Łódź Kraków Brno Košice Győr Gdańsk",
    ),
    _tongue(
        "tr", "TR", "Son {0}|{0} ve {1}|Bir {0} hikâyesi", "gece şehir yağmur kış gölge deniz ağaç",
        "Çağla Şebnem Gökhan İpek Ömer Ülkü Oğuz Işıl Barış Tuğçe Nuri Zeynep", "Yılmaz Şahin Öztürk Çelik Aydın Güneş",
        "İstanbul İzmir Eskişehir Muğla",
    ),
    _tongue(
        "ar", "EG MA LB TN", "{0} و{1}|آخر {0}|حكاية {0}", "ليل بحر بيت مدينة حب طريق",
        "Youssef=يوسف Fatima=فاطمة Omar=عمر Layla=ليلى Hassan=حسن Nadia=نادية Karim=كريم Salma=سلمى",
        "Mansour=منصور Haddad=حداد Nasser=ناصر Khoury=خوري Saleh=صالح Farouk=فاروق Zaki=زكي",
        "Cairo Beirut Tunis Fès Amman",
    ),
    _tongue(
        "el", "GR CY", "{0} και {1}|Το τελευταίο {0}", "νησί καλοκαίρι ταξίδι φως όνειρο",
        "Giorgos=Γιώργος Eleni=Ελένη Nikos=Νίκος Sofia=Σοφία Dimitris=Δημήτρης Anna=Άννα",
        "Papadopoulos=Παπαδόπουλος Angelou=Αγγέλου Vlachos=Βλάχος Markou=Μάρκου Ioannou=Ιωάννου", "Athína Pátra Chaniá",
    ),
    _tongue(
        "vi", "VN", "{0} và {1}|Mùa {0}", "mưa sông nắng biển nhớ", "Hùng Thảo Dũng Hương Tuấn Ngọc Phượng Khánh",
        "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi", "Huế Hà~Nội Đà~Nẵng",
    ),
    _tongue(
        "yo", "NG GH SN KE", "{0} àti {1}|Ilé {0}", "òru omi ọba ìfẹ́ ọ̀nà",
        "Adébáyọ̀ Chímámanda Kwame Ngũgĩ Ọlá Aïssatou",
        "Ọbáfẹ́mi Okafor Mensah Diop Sembène Wanjirũ Adéyẹmí N’Diaye", "Ìbàdàn Accra Dakar Nairobi",
    ),
)  # fmt: skip

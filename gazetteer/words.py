"""The words inside place names that carry a direction, a size or a kind, in the languages of reports.

Each table maps one meaning to its spellings, romanised and in script. Spellings are compared after
normalising and folding, so that ``Chemaliyé``, ``shamaliyya`` and ``الشمالية`` need no line of their own
each.
"""

from __future__ import annotations

QUALIFIERS: dict[str, str] = {
    "north": "north northern n shamal shamali shamaliyah shimali shemali chimali chemali chemaliye nord "
    "kuzey شمال شمالي شماليه",
    "south": "south southern s janub janubi janubiyah jenoubi jnoubi qibli qibliyah kibli kibliyah sud guney "
    "جنوب جنوبي جنوبيه قبلي قبليه",
    "east": "east eastern e sharq sharqi sharqiyah charqi charqiye charki sharki est dogu شرق شرقي شرقيه",
    "west": "west western w gharb gharbi gharbiyah rharbi rharbiye garbi ouest bati غرب غربي غربيه",
    "northeast": "northeast northeastern ne",
    "northwest": "northwest northwestern nw",
    "southeast": "southeast southeastern se",
    "southwest": "southwest southwestern sw",
    "upper": "upper fawqani fawqaniyah faouqani fouqani foqani fawqa fouqa fauqa ulya haut haute yukari "
    "فوقاني فوقانيه فوقا عليا",
    "lower": "lower tahtani tahtaniyah tahta tehtani sufla asagi تحتاني تحتانيه تحتا سفلى",
    "middle": "middle central wusta wastani awsat merkez وسطى وسطاني اوسط",
    "great": "great greater big kabir kabirah kebir kebire kbir kbire kubra koubra grand grande buyuk "
    "كبير كبيره كبرى",
    "little": "little small lesser saghir saghirah sghir sghire srhir srhire zghir sughra soughra petit "
    "petite kucuk صغير صغيره صغرى",
    "old": "old qadim qadimah atiq atiqah aatiq aatiqa ancien ancienne vieux eski قديم قديمه عتيق عتيقه",
    "new": "new jadid jadidah jdid jdide jedid jedide nouveau nouvelle yeni جديد جديده",
    "1": "ula اولى",
    "2": "thaniyah ثانيه",
    "3": "thalithah ثالثه",
}
"""Words that tell one of several places of the same name from the others: English, Arabic, Turkish, French.

Two names whose qualifiers differ are never taken for the same, however alike the rest is."""

SLAVIC_QUALIFIERS: dict[str, str] = {
    "north": "north northern n pivnichne pivnichnyi severnoye severnyy",
    "south": "south southern s pivdenne pivdennyi yuzhnoye yuzhnyy",
    "east": "east eastern e skhidne skhidnyi vostochnoye vostochnyy",
    "west": "west western w zakhidne zakhidnyi zapadnoye zapadnyy",
    "upper": "upper verkhniy verkhnya verkhnyaya",
    "lower": "lower nyzhniy nyzhnya nizhniy nizhnyaya",
    "middle": "middle central serednye serednya seredniy sredneye srednyaya",
    "great": "great velykyi velyka velikaya bolshoy bolshaya bolshoye",
    "little": "little malyi mala malaya maloye",
    "old": "old staryi stara staraya",
    "new": "new novyi nova novaya",
    "1": "pershe pershyi persha pervoye pervyy pervaya",
    "2": "druhe druhyi druha vtoroye vtoroy vtoraya",
    "3": "tretye tretiy tretya",
}
"""The same in English, Ukrainian and Russian."""

KINDS: dict[str, str] = {
    "tall": "tall tal tell tel till tallat hill tepe tepesi تل تله",
    "jabal": "jabal jebel jabel djebel cebel djabal jbel gebel gabal mount mt mountain mont montagne dag "
    "dagi جبل",
    "kafr": "kafr kefr kfar kafar kafer kefer kfer kefar kifr كفر",
    "shaykh": "shaykh sheikh cheikh sheykh shaikh sheik seyh sheyh schaich szajch شيخ",
    "dayr": "dayr deir dair deyr dajr monastery manastir دير",
    "khirbat": "khirbat khirbet khirba khirbah kherbet kheurbet khurbet kharbet hirbet hirbe ruins خربه",
    "ayn": "ayn ain ein aain ayin spring source عين",
    "qalat": "qalat qalaat kalat kalaat castle fortress citadel kale kalesi chateau قلعه",
    "bayt": "bayt beit bait beyt house بيت",
    "umm": "umm oumm oum um om ام",
    "abu": "abu abou abo ebu ابو",
    "jisr": "jisr bridge pont kopru koprusu جسر",
    "matar": "matar airport airbase airfield aeroport havaalani havalimani مطار",
    "liwa": "liwa brigade tugay tugayi لواء لوا",
    "fawj": "fawj regiment alay alayi فوج",
    "firqah": "firqah division tumen tumeni فرقه",
    "wadi": "wadi ouadi vadi vadisi valley vallee وادي واد",
    "nahr": "nahr river nehir nehri riviere نهر",
    "bir": "bir bier well puits kuyu بير",
    "jubb": "jubb jub joubb joub djoubb جب",
    "maarrat": "maarrat maarat maaret marrat maarret معره",
    "mazraat": "mazraat mazraa mazraah mazrat farm ferme ciftlik ciftligi مزرعه",
    "hawsh": "hawsh haouch housh hosh hoch حوش",
    "rasm": "rasm resm رسم",
    "qasr": "qasr kasr qaser palace قصر",
    "nabi": "nabi neby prophet نبي",
    "bab": "bab gate باب",
    "madrasah": "madrasah school ecole okul okulu مدرسه",
    "muaskar": "muaskar camp base barracks معسكر",
    "sijn": "sijn prison cezaevi سجن",
}
"""Words that say what kind of thing is named, translated into one another.

A name with one and the same name without it stay two names (Kafr'a, Jabal Kafraa)."""

SETTLEMENT_WORDS = (
    "village villages town city ville qaryat qaryah madinat madinah baldat baldah nahiyat koyu koy sehri "
    "kenti beldesi ilcesi kasabasi قريه مدينه بلده ناحيه"
)
"""Words that only say "a settlement" and may be left out: ``the town of Suran``."""

SLAVIC_SETTLEMENT_WORDS = "village villages town city selo selyshche misto khutor"
"""The same in English, Ukrainian and Russian."""

SMALL_WORDS = "the of de du des la le les d l and near in"
"""English and French words that carry nothing."""

ARTICLES = "al el ul il"
"""The Arabic article as it is romanised before any letter."""

ASSIMILATED = (
    "as es us ash esh ech asz asch ad ed ud adh edh an en un enn ar er ur at et ut ett ath eth az ez uz "
    "aj ej ec"
)
"""The Arabic article as it is romanised before a letter that it takes on: ``Ash-Shir``, ``ed Damane``."""

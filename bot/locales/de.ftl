# Bylines eigene Worte auf Deutsch.

## Dates, as Unicode's patterns: https://cldr.unicode.org/translation/date-time

day-pattern = d. MMM y
long-day-pattern = d. MMMM y
month-pattern = MMMM y
year-pattern = y
from-to = { $first } bis { $last }

## Buttons

open = An der Stelle öffnen
whole = Ganze Stelle
show-closest = Die nächstliegenden Stellen zeigen
open-quotation = Am Zitat öffnen
who = Wer sagt was
all-speakers = Alle Zitierten
back-to-answer = Zurück zur Antwort
back-to-list = Zurück zur Liste
summary = Zusammenfassung
shorter = Kürzer
longer = Länger
open-article = Artikel öffnen
whole-story = Die ganze Geschichte
passages = Textstellen zeigen
instead-passages = Lieber Textstellen
instead-quotations = Lieber: wer sagt was
instead-summary = Lieber eine Zusammenfassung
instead-timeline = Lieber die ganze Geschichte
try-again = Noch einmal versuchen
show-answer = Antwort zeigen
everything = Alles von { $name }
example = Was ist mit „{ $headline }“?

## Toasts

stale = Diese Liste ist zu alt, fragen Sie bitte neu
thanks = Danke, notiert
first = Das ist die erste Seite
last = Das ist die letzte Seite
gone-short = Dieser Artikel wurde inzwischen entfernt oder geändert
none-of-kind = So etwas habe ich dazu nicht gefunden

## How much was searched

articles =
    { $articles ->
        [one] einen Artikel
       *[other] { $articles } Artikel
    }
in-articles =
    { $articles ->
        [one] einem Artikel
       *[other] { $articles } Artikeln
    }
quotations =
    { $quotations ->
        [one] ein Zitat
       *[other] { $quotations } Zitate
    }
of-publishers =
    { $publishers ->
        [0] { "" }
        [1] { " " }von { $one }
        [2] { " " }von { $one } und { $two }
       *[other] { " " }von { $one }, { $two } und { $more ->
            [one] einem weiteren Medium
           *[other] { $more } weiteren Medien
        }
    }

## Answers

closest = ❔ Unsicher. Das Nächstliegende, was ich fand; vielleicht beantwortet es Ihre Frage nicht:
newer = Ein neuerer Artikel sagt es anders:
scope = Zuerst gesucht in: { $where }.
nothing = Ich habe { articles } durchsucht, und nichts davon beantwortet das. Versuchen Sie andere Wörter, oder nennen Sie eine Person, einen Ort oder ein Datum.
behind = Die neuesten Artikel sind noch nicht durchsucht.
gone = Diese Stelle wurde inzwischen entfernt oder geändert. Fragen Sie noch einmal, dann suche ich neu.
also-carried = Auch bei { $publishers }
latest =
    { $articles ->
        [one] Der einzige Artikel:
       *[other] Die neuesten von { $articles } Artikeln:
    }

## Summaries and stories

gone-article = Dieser Artikel wurde inzwischen entfernt; es gibt nichts mehr zusammenzufassen.
fact-who = Wer
fact-where = Wo
fact-when = Wann
news = Was neu ist:
timeline = Wie es dazu kam:
disagree = Nicht überall gleich:
which-article = Welchen Artikel meinen Sie?
how-to-sum-up = Welchen Artikel? Antworten Sie mit /summary auf eine meiner Antworten, oder nennen Sie ihn: /summary und einige Wörter der Überschrift oder seine Adresse.
how-to-tell = Schreiben Sie hinter den Befehl, worum es geht: /story the port strike since Monday.
not-here = Kein Artikel hier hat diese Adresse. Wer mich betreibt, kann ihn auf dem Rechner, auf dem ich laufe, hinzufügen: mit byline add und der Adresse.
story = „{ $topic }“ in { in-articles }
story-only = „{ $topic }“ in { in-articles }, nur { $periods }
story-between = „{ $topic }“ in { in-articles }, { $days }
none-about = Ich habe { articles } durchsucht, und keiner handelt von „{ $topic }“.
none-about-then = Ich habe { articles } durchsucht, und aus dieser Zeit ({ $periods }) handelt keiner von „{ $topic }“.
none-named = Ich habe { articles } durchsucht, und keiner ist der, den Sie nennen.
none-named-then = Ich habe { articles } durchsucht, und aus dieser Zeit ({ $periods }) ist keiner der, den Sie nennen.

## Who said what

reported = Sinngemäß, nicht wörtlich:
unnamed = Der Artikel lässt offen, wer
nearest = ❔ Das kommt dem am nächsten; ob es dasselbe ist, urteilen Sie selbst:
on-topic = Zum Thema gesagt; nicht das, wonach Sie fragen:
widened = Nichts passt zur genannten Zeit oder zum genannten Medium; dies stammt von anderswo:
not-verbatim = Mit genau diesen Worten wird niemand zitiert; das kommt dem am nächsten:
which = Wen meinen Sie?
quoted-in = In diesem Artikel werden zitiert; tippen Sie auf einen Namen, um zu lesen, was gesagt wurde:
how-to-quote = Schreiben Sie hinter den Befehl einen Namen und, wenn Sie mögen, ein Thema: /quotes Kovač about the ferry.
unknown-person = Ich kenne nichts, was jemand namens „{ $name }“ gesagt hat.
limited = Nur aus: { $where }:
nobody =
    Ich habe { quotations } durchsucht und { $form ->
        [who_did] niemanden gefunden, der das tat
        [about] nichts dazu gefunden
       *[who_said] niemanden gefunden, der das gesagt hat
    }.{ these-spoke }
nothing-by = Ich habe { quotations } durchsucht, und in keinem sagt { $name } das.{ these-spoke }
nobody-called = Ich habe { quotations } durchsucht, und keines ist von jemandem namens „{ $name }“.{ these-spoke }
these-spoke =
    { $others ->
        [0] { "" }
       *[other] { " " }Zum Thema äußerten sich:
    }

## Thumbs

what-is-wrong = Notiert. Was stimmt daran nicht?
reason-passage = Falsche Stelle
reason-person = Falsche Person
reason-old = Veraltet
reason-other = Nichts davon
send-to-mend = Auch meine Frage schicken, damit es besser wird
send-as-example = Auch meine Frage schicken, als gutes Beispiel
sent = Danke. Ihre Frage bleibt bei Ihrem Daumen

## The bot itself

start = Fragen Sie mich nach den Nachrichten in { in-articles }{ of-publishers }, und ich antworte mit der Stelle selbst und einem Link, der dort öffnet. Zwei zum Ausprobieren:
help =
    Ich durchsuche { articles }{ of-publishers }. Stellen Sie eine Frage, wie Sie einen Kollegen fragen würden, am besten in der Sprache der Artikel, und ich zitiere die Stelle, die antwortet, Wort für Wort und mit ihrem Artikel. Selbst schreibe ich keinen Satz über die Nachrichten; wenn nichts antwortet, sage ich das.

    Fragen Sie, was jemand gesagt hat oder wer etwas gesagt oder kritisiert hat, und ich zitiere, wer es war. Fragen Sie, was aus einer Sache geworden ist, und ich erzähle es aus allen Artikeln, die davon handeln.
help-ask = /ask FRAGE: dasselbe in einer Gruppe
help-quotes = /quotes NAME about THEMA: was jemand gesagt hat
help-summary = /summary: fasst den Artikel der Antwort zusammen, auf die Sie antworten, oder den, den Sie nennen
help-story = /story THEMA: was neu ist und wie es dazu kam
help-latest = /latest: die neuesten Artikel
help-settings = /settings: Sprache, Zeitzone, wie viel gezeigt wird, Medien
help-privacy = /privacy: was ich speichere und wie lange
help-forget = /forget: löscht, was ich von diesem Chat gespeichert habe
privacy =
    Was ich aufbewahre: die Nummer dieses Chats; Ihre Fragen und was ich dazu gezeigt habe, { $hours ->
        [one] eine Stunde
       *[other] { $hours } Stunden
    } lang, damit Knöpfe und Nachfragen funktionieren und keine Frage verloren geht (gelöscht werden sie binnen einer Stunde danach oder sobald ich wieder laufe); Ihre Einstellungen; wann Sie zuletzt gefragt haben und wie oft heute; und Ihre 👍 👎 mit dem Grund, den Sie antippen, ohne die Worte der Frage, um zu erfahren, wo ich falsch liege.

    Nur wenn Sie „Auch meine Frage schicken“ antippen, bleiben ihre Worte beim Daumen, bis Sie oder wer mich betreibt sie löscht.

    Ich bewahre keine Namen und keine Telefonnummern auf, nichts über Gruppen, in denen ich nicht gefragt werde, und gebe nichts weiter: Die Suche läuft auf dem Rechner, der mich betreibt.

    /forget löscht sofort alles aus diesem Chat; nur ob Sie mich nutzen dürfen und wie oft Sie heute gefragt haben, bleibt. Daumen in Sicherungen, die mein Betreiber anderswo aufbewahrt, löscht dieser selbst.
forgot = Erledigt. Gelöscht: { $what }. Nichts, was hier gefragt oder geantwortet wurde, steht noch in meinen Dateien.
forgot-nothing = Erledigt. Von diesem Chat war nichts zu löschen.
questions =
    { $count ->
        [one] eine Frage
       *[other] { $count } Fragen
    }
noted-answers =
    { $count ->
        [one] Notizen zu einer Antwort
       *[other] Notizen zu { $count } Antworten
    }
thumbs =
    { $count ->
        [one] ein Daumen
       *[other] { $count } Daumen
    }
your-settings = Ihre Einstellungen
other-notes =
    { $count ->
        [one] eine weitere Notiz
       *[other] { $count } weitere Notizen
    }
not-allowed = In einer Gruppe dürfen das nur ihre Administratoren. Im privaten Chat mit mir entscheiden Sie selbst.
unreadable = Ich lese Text und Links. Bitte schreiben Sie Ihre Frage in Worten.
how-to-ask = Schreiben Sie Ihre Frage hinter den Befehl, etwa so: /ask Who opposed the plan?
empty = Hier gibt es noch keine Artikel. Wer diesen Bot betreibt, muss erst welche hinzufügen.
empty-admin =
    Das Archiv ist leer. Fügen Sie auf dem Rechner, auf dem ich laufe, Artikel hinzu, mit
    byline add ORDNER, einer Datei, der Adresse eines Artikels oder eines Feeds.
    Ich bemerke sie binnen Sekunden, ohne Neustart.
fault = Etwas ist schiefgegangen. Ihre Frage ist gespeichert; tippen Sie, um es noch einmal zu versuchen. (Kennung { $reference })
fault-unsaved = Etwas ist schiefgegangen, und ich kann Ihre Frage gerade nicht speichern. Tippen Sie gleich noch einmal, oder fragen Sie noch einmal. (Kennung { $reference })
fault-pressed = Etwas ist schiefgegangen. Tippen Sie gleich noch einmal. (Kennung { $reference })
uncertain = Die Verbindung brach ab, während ich antwortete. Wenn oben keine Antwort steht, tippen Sie, um sie zu sehen.
late =
    { $questions ->
        [one] Ich war nicht da, als Ihre Frage kam, Entschuldigung. Fragen Sie noch einmal, dann antworte ich gleich.
       *[other] Ich war nicht da, als Ihre { $questions } Fragen kamen, Entschuldigung. Fragen Sie noch einmal, dann antworte ich gleich.
    }
busy =
    Das ging schnell. Ich beantworte Ihre Frage in { $seconds ->
        [one] einer Sekunde
       *[other] { $seconds } Sekunden
    }.
in-line =
    { $count ->
        [one] Eine Frage kommt vor Ihrer.
       *[other] { $count } Fragen kommen vor Ihrer.
    } Ich beantworte Ihre, wenn sie an der Reihe ist.
crowded =
    { $count ->
        [one] Es wartet schon eine Frage
       *[other] Es warten schon { $count } Fragen
    }, und mehr kann ich gerade nicht annehmen. Fragen Sie in einigen Minuten noch einmal.
in-crowd = Ich bin noch mit Ihren früheren Nachrichten beschäftigt und kann keine weiteren annehmen, bevor die beantwortet sind. Schicken Sie diese dann noch einmal.

## Sharing, and the bot in other chats

share = Teilen
ask-more = Mich mehr fragen
inline-nothing = Nichts beantwortet das; fragen Sie mich direkt
inline-unsure = Vielleicht antwortet nichts davon; fragen Sie mich
inline-fault = Etwas ist schiefgegangen; fragen Sie mich direkt
inline-empty = Hier gibt es noch keine Artikel
inline-limit =
    Für heute aufgebraucht; mehr { $hours ->
        [one] binnen einer Stunde
       *[other] in { $hours } Stunden
    }

## Who may ask, and how much

invited-only = Dieser Bot ist nur für Eingeladene; ich habe seinen Betreiber gefragt. Ihre Frage ist vorgemerkt und wird beantwortet, sobald Sie eingelassen sind.
invited-unsaved = Dieser Bot ist nur für Eingeladene, und ich kann Ihre Frage gerade nicht vormerken. Fragen Sie später noch einmal.
invited-waiting = Auch das ist vorgemerkt. Noch ist nicht entschieden.
invited-later = Dieser Bot ist nur für Eingeladene, und gerade fragen zu viele an. Vorgemerkt ist nichts; bitte fragen Sie in einer Stunde noch einmal.
invited-in = Sie sind eingelassen. Fragen Sie mich nach den Nachrichten.
invited-declined = Der Betreiber hat Sie nicht eingelassen.
too-long = Das sind { $characters } Zeichen, und ich lese Fragen bis { $most }. Kürzen Sie Ihre Nachricht, indem Sie sie bearbeiten, und ich antworte hier.
day-limit =
    Ich beantworte bis zu { $most } Fragen am Tag, und Sie haben sie alle gestellt. Der nächste Tag beginnt { $hours ->
        [one] binnen einer Stunde
       *[other] in { $hours } Stunden
    }; Ihre Frage ist vorgemerkt, und der Knopf stellt sie dann.
day-limit-again = Für den nächsten Tag vorgemerkt.
day-limit-toast =
    Ihre Fragen für heute sind aufgebraucht. Es geht weiter { $hours ->
        [one] binnen einer Stunde
       *[other] in { $hours } Stunden
    }.
ask-then = Dann stellen

## Settings

settings =
    Einstellungen dieses Chats:

    Sprache: { $language }{ settings-told }
    Zeitzone: { $timezone }, jetzt { $time }
    Von einer Stelle gezeigt: { settings-shown }
    Medien: { $publishers }
settings-told =
    { $told ->
        [0] { "" }
       *[other] , wie in Telegram
    }
settings-shown =
    { $context ->
        [short] der Satz, der antwortet
        [long] alles
       *[normal] etwa 90 Wörter
    }
settings-alike = alle gleich
settings-of-group = Nur Administratoren dieser Gruppe dürfen sie ändern.
settings-refused = Nur Administratoren dieser Gruppe dürfen ihre Einstellungen ändern
settings-unknown = Eine solche Einstellung kenne ich nicht: { $typed }
settings-language = Welche Sprache soll ich sprechen? Artikel werden zitiert, wie sie gedruckt sind. In Worten: /settings language de
settings-timezone = „Yesterday“ und „this week“ zählen ab jetzt, { $time }, der Zeit in { $timezone }. Für einen anderen Ort schreiben Sie seinen Namen: /settings timezone Asia/Kolkata
settings-context = Wie viel von einer Stelle soll ich zeigen? Den Rest zeigt ein Knopf. In Worten: /settings context short
settings-publishers = Tippen Sie auf ein Medium, um es zu bevorzugen (★), noch einmal, um es auszulassen (✕), und noch einmal für keins von beidem. Antworten mehrere gleich gut, kommt ein bevorzugtes zuerst; ein ausgelassenes wird nie gezeigt. In Worten: /settings prefer NAME, leave out NAME, allow NAME
menu-language = Sprache
menu-timezone = Zeitzone
menu-context = Wie viel gezeigt wird
menu-publishers = Medien
menu-all = Alle Einstellungen
as-telegram-says = Wie in Telegram
context-short = Der Satz, der antwortet
context-normal = Etwa 90 Wörter
context-long = Die ganze Stelle
all-alike = Wieder alle gleich
saved = Gespeichert
left-out =
    Die Einstellungen dieses Chats lassen { $publishers ->
        [one] ein Medium
       *[other] { $publishers } Medien
    } aus; dort könnte die Antwort stehen: /settings

## The menu of commands

command-ask = Nach den Nachrichten fragen
command-quotes = Was jemand gesagt hat
command-summary = Einen Artikel zusammenfassen: auf eine Antwort antworten oder ihn nennen
command-story = Was zu einem Thema neu ist und wie es dazu kam
command-latest = Die neuesten Artikel
command-settings = Sprache, Zeitzone, Medien
command-help = Was ich kann
command-privacy = Was ich speichere und wie lange
command-forget = Löschen, was ich von diesem Chat weiß

## Follow-ups, misspelt words, small talk

as-written = Genau wie geschrieben
did-you-mean = Meinten Sie { $word }?
search-for = Nach „{ $words }“ suchen
new-question = Neue Frage
taking = Bezogen auf: { $what }
searched-instead = Gesucht nach { $meant } statt { $typed }.
no-more = Mehr habe ich dazu nicht. Fragen Sie nach etwas anderem oder mit anderen Worten.
hello = Guten Tag.
welcome = Gern geschehen.
english-only = Die Artikel sind auf Englisch, und ich verstehe nur Fragen auf Englisch. Bitte stellen Sie Ihre Frage auf Englisch.
about-me = Ich bin Byline, ein Programm, das Artikel durchsucht. Ich bin kein Mensch und kein Chatbot, der sich Sätze ausdenkt: Womit ich antworte, steht Wort für Wort in einem Artikel, und ich nenne ihn.
what-i-know = Ich kenne { articles }{ of-publishers }, sonst nichts. Die neuesten:
chatter = Ich bin da. Fragen Sie mich nach den Nachrichten.

## Alerts and digests

command-alert = Bescheid bekommen, wenn Neues zu etwas kommt
command-alerts = Wovon ich Bescheid gebe: auflisten und ändern
command-digest = Die Nachrichten des Tages zu einer Uhrzeit
help-alert = /alert THEMA ODER NAME: ich schreibe, wenn ein neuer Artikel passt; auch „in MEDIUM“, „when JEMAND says something on it“
help-alerts = /alerts: wovon ich Bescheid gebe, wie viel davon und wann ich schweige
help-digest = /digest daily 08:00, auch mit THEMEN: die Nachrichten des Tages zu einer Uhrzeit
how-to-alert = Schreiben Sie hinter den Befehl, wovon ich Bescheid geben soll: /alert ferry strike. Oder nur aus einem Medium: /alert ferry strike in The Courier. Oder nur, was jemand sagt: /alert ferry strike when the mayor says something on it
alert-made = Ich schreibe in diesen Chat, wenn ein neuer Artikel passt.
alert-known = Das habe ich schon.
alert-line =
    { $wanted }: { $level ->
        [more] auch was passen könnte
        [balanced] was wahrscheinlich passt
       *[fewer] nur was sicher passt
    }{ $paused ->
        [0] { "" }
       *[other] , ruht
    }
alert-levels = „Weniger“ verlangt jedes Wort davon im Artikel; „Mehr“ geht auch nach der Bedeutung. Ein 👎 unter einem Hinweis lässt ihn mehr verlangen.
level-fewer = Weniger
level-balanced = Mittel
level-more = Mehr
alert-pause = Ruhen lassen
alert-resume = Weiter
alert-stop = Nichts mehr davon
alert-stricter = Nur Wichtiges
alert-speaker = was { $speaker } sagt
alert-topic-speaker = { $topic }, wenn { $speaker } etwas dazu sagt
alert-publisher = { $wanted } (nur in { $publisher })
alert-told =
    { $articles ->
        [one] Neu: { $wanted }
       *[other] { $articles } neue Artikel: { $wanted }
    }
alert-in-doubt = Die Verbindung brach ab, als ich von etwas Neuem schrieb: { $wanted }. Vielleicht ist es nicht angekommen.
digest-in-doubt = Die Verbindung brach ab, als ich die Nachrichten des Tages schickte. Vielleicht sind sie nicht angekommen.
alert-show = Zeigen
alert-stopped = Beendet
alert-stopped-before = Das war schon beendet
alert-stricter-now = Ab jetzt nur, was sicherer passt
alert-disliked = Danke, ab jetzt verlangt dieser Hinweis mehr
alerts =
    { $alerts ->
        [0] Sie haben keinen Hinweis.
        [one] Ein Hinweis:
       *[other] { $alerts } Hinweise:
    }
alerts-none = Noch nichts. Ich schreibe, wenn Neues kommt, mit /alert ferry strike, und einmal am Tag mit /digest daily 08:00
alerts-none-due = Es steht nichts an.
alerts-due = Es gibt Neues für Sie: /alerts due
alerts-too-many =
    { $most ->
        [one] Mehr als einen Hinweis darf ein Chat nicht haben.
       *[other] Mehr als { $most } Hinweise darf ein Chat nicht haben.
    } Beenden Sie erst einen.
alerts-quiet = Still { $hours }
alerts-hours = Wann ich schweige
alerts-all = Alle Hinweise
alerts-choose-hours = Wann sollen Hinweise schweigen, nach den Uhren Ihrer Zeitzone? Was dann kommt, sage ich am Ende dieser Stunden. In Worten: /alerts quiet 22:00-07:00
quiet-never = Nie
how-to-digest = Schreiben Sie, wann die Nachrichten des Tages kommen sollen: /digest daily 08:00. Oder wozu: /digest daily 08:00 ferries, housing. Oder einmal in der Woche: /digest weekly monday 08:00. Zum Beenden: /digest off
digest-of-all =
    Nachrichten { $weekly ->
        [0] jeden Tag
       *[other] jede Woche am { $day }
    } um { $time }
digest-on =
    Nachrichten { $weekly ->
        [0] jeden Tag
       *[other] jede Woche am { $day }
    } um { $time }: { $topics }
digest-set = Nach den Uhren von { $timezone }; für andere: /settings timezone. Sie kommen nur, wenn es Neues gibt.
digest-stop = Diese Nachrichten beenden
digest-stopped = Beendet. Es kommt nichts mehr.
digest-none = Da gibt es nichts zu beenden.
digest-told =
    { $day }: { $stories ->
        [one] eine Geschichte
       *[other] { $stories } Geschichten
    }
digest-told-on =
    { $day }: { $stories ->
        [one] eine Geschichte
       *[other] { $stories } Geschichten
    } zu { $topics }
noted-alerts =
    { $count ->
        [one] ein Hinweis
       *[other] { $count } Hinweise
    }
privacy-alerts = Von Hinweisen und Nachrichten des Tages bewahre ich auf, was Sie wollten, bis Sie es beenden, und zwei Wochen lang, von welchen Artikeln ich schrieb, damit nichts zweimal kommt.
## Was Leser einreichen

keep = Behalten
ask-about = Danach fragen
for-everybody = Für alle
export = Exportieren
keep-number = { $number } behalten
remove-number = { $number } entfernen
as-article = Als Artikel lesen
as-question = Als Frage beantworten
kept = Bleibt, bis Sie ihn entfernen
taken-off = Entfernt
handed-to-all = Ab jetzt bekommen alle Antworten daraus
handed-ask = Schreiben Sie Ihre Frage: Ich suche zuerst in diesem Artikel.
handed-doubt = Ist das ein Artikel, den ich lesen soll, oder eine Frage?
handed-kept = Er liegt { $days ->
        [one] einen Tag
       *[other] { $days } Tage
    } in Ihrem Regal, und nur Sie bekommen Antworten daraus: /shelf
handed-kept-group = Er liegt { $days ->
        [one] einen Tag
       *[other] { $days } Tage
    } im Regal dieser Gruppe, und nur sie bekommt Antworten daraus: /shelf
handed-foreign = Er ist nicht auf Englisch; am besten antworte ich zu englischen Artikeln.
handed-reading = Ich lese …
handed-text = diesen Text
handed-refused = Ich konnte { $what } nicht lesen: { $why }.
handed-paste = Wenn Sie ihn sehen können, fügen Sie den Text hier ein.
handed-file-large = Diese Datei ist größer als die { $most } MB, die Telegram mir gibt. Schicken Sie eine kleinere.
cause-other = das Lesen ist misslungen
cause-no-article = es steht kein Artikel darin
cause-list = das ist eine Liste von Artikeln; schicken Sie die Adresse eines einzelnen
cause-not-there = die Seite gibt es nicht
cause-no-answer = die Website antwortet gerade nicht
cause-closed = die Website zeigt ihn nur denen, die angemeldet sind oder zahlen
cause-robots = die Website bittet Programme, ihn in Ruhe zu lassen
cause-too-large = es ist zu groß
cause-forbidden = solche Adressen öffne ich nicht
shelf = In Ihrem Regal: { $articles ->
        [one] ein Artikel
       *[other] { $articles } Artikel
    }
shelf-empty = In Ihrem Regal liegt nichts. Schicken Sie mir die Adresse eines Artikels, seinen Text oder eine Datei, und ich antworte Ihnen daraus.
shelf-kept = bleibt, bis Sie ihn entfernen
shelf-until = bis { $day }
shelf-full = In Ihrem Regal liegen { $most } Artikel, mehr passen nicht hinein. Entfernen Sie einige: /shelf
shelf-day-full = Das waren heute { $most } Artikel, mehr nehme ich an einem Tag nicht. Morgen ist wieder Platz.
shelf-articles = { $count ->
        [one] ein Artikel Ihres Regals
       *[other] { $count } Artikel Ihres Regals
    }
command-shelf = Was Sie eingereicht haben
help-shelf = /shelf: die Artikel, die Sie eingereicht haben
privacy-shelf =
    Was Sie mir zu lesen geben, liegt { $days ->
        [one] einen Tag
       *[other] { $days } Tage
    } im Regal dieses Chats oder bis Sie es entfernen; niemand sonst bekommt Antworten daraus.
## Feeds

corrected-on = berichtigt am { $day }
gone-from-page = nicht mehr auf der Seite des Verlags

## Was ein anderer Tag sagte

also-otherwise = Auch: Am { $day } hieß es anders:

## Datenbank

privacy-database = All das liegt in einer Datenbank, die sich mehrere meiner Prozesse teilen. Gelöschtes ist dort sofort weg, für mich und für alle, die sie abfragen; Spuren davon bleiben in den Dateien, Protokollen und Sicherungen der Datenbank, bis sie überschrieben werden. Wann das geschieht, bestimmt, wer mich betreibt.
forgot-database = Erledigt. Gelöscht: { $what }. Nichts, was hier gefragt oder geantwortet wurde, lässt sich noch nachschlagen; /privacy sagt, wie lange Spuren davon in meiner Datenbank bleiben können.
## Rich replies

copy-citation = Zitat kopieren
rich-off = Schlicht
menu-rich = Gestaltete Antworten
settings-rich = Gestaltete Antworten: { $rich ->
    [on] an
   *[off] aus
}
rich-sample = So sieht eine gestaltete Antwort aus: Worte eines Artikels mit ihrer Quelle, der Rest der Stelle zum Aufklappen, und Knöpfe im Text. Manche Apps zeigen nichts davon.
rich-can = Ich kann das lesen
rich-empty = Das ist leer
rich-off-now = Ab jetzt schlichte Nachrichten; gestaltete gibt es unter /settings
## Eigene Seiten

page-summary = In Kürze
page-to-mark = Zur markierten Stelle
page-moved = Der Text wurde berichtigt, seit es diesen Link gibt; darum ist nichts markiert.
page-back = ‹ Was davor steht
page-on = Was danach steht ›
page-part = Teil { $number } von { $count }
page-foot = Byline zeigt diesen Text, weil er keine eigene Adresse hat. Er steht hier, wie er aufgenommen wurde.
page-foot-shelf = Dieser Text liegt in einem Regal. Der Link öffnet ihn für seine Leserin oder seinen Leser bis { $day }, { $time } UTC; bitte nicht weitergeben.
page-gone-title = Nicht mehr da
page-gone = Dieser Text wurde entfernt oder ist nicht für alle. Auf dieser Seite ist nichts davon geblieben.
page-missing-title = Keine solche Seite
page-missing = Unter dieser Adresse steht nichts.
page-refused-title = Dieser Link öffnet nichts
page-refused = Er ist abgelaufen oder wurde verändert. Frag Byline noch einmal: In der Antwort steht ein neuer.
page-busy-title = Einen Augenblick
page-busy = Es wird zu viel auf einmal verlangt. Versuch es in einer Minute wieder.
page-fault-title = Etwas ging schief
page-fault = Die Seite kann nicht gezeigt werden. Versuch es später wieder.
page-asks-title = Wird geöffnet …
page-asks = Dieser Text liegt in einem Regal; Telegram muss erst sagen, wer fragt.
page-asks-plain = Geht das nicht, dann öffne ihn aus dem Chat mit Byline.
page-asks-refused = Telegram hat nicht gesagt, dass du das lesen darfst. Schließ das Fenster und drück die Taste im Chat noch einmal.
privacy-newsroom = Wer mich betreibt, kann deine Fragen in dieser Zeit lesen, ohne zu sehen, von wem sie sind, um herauszufinden, was meinen Artikeln fehlt.
## Search that is down

search-down = Die Suche ist gerade nicht erreichbar. Ihre Frage ist aufgehoben: Die Antwort kommt, sobald die Suche wieder da ist.
search-down-again = Die Suche ist gerade nicht erreichbar. Bitte versuchen Sie es in Kürze noch einmal.

## Answers that only the asker sees

show-to-all = Allen zeigen
shown-to-all = { $question } — gefragt von einem Mitglied dieser Gruppe
menu-audience = Wer Antworten sieht
audience-all = Alle
audience-asker = Nur wer fragt
settings-audience = Wer sieht in dieser Gruppe Antworten auf /ask? Bei „Nur wer fragt“ geht eine Antwort allein an den, der fragt, und kann dann allen gezeigt werden. Telegram verspricht nicht, dass sie ankommt, und lehnt sie manchmal ab (am besten bin ich hier Administrator): Dann sehen alle die Antwort.

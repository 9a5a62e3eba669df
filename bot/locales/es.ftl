# Las palabras propias de Byline en español.

## Dates, as Unicode's patterns: https://cldr.unicode.org/translation/date-time

day-pattern = d MMM y
long-day-pattern = d 'de' MMMM 'de' y
month-pattern = MMMM 'de' y
year-pattern = y
from-to = { $first } – { $last }

## Buttons

open = Abrir en el pasaje
whole = Pasaje completo
show-closest = Mostrar los pasajes más cercanos
open-quotation = Abrir en la cita
who = Quién dijo qué
all-speakers = Todas las personas citadas
back-to-answer = Volver a la respuesta
back-to-list = Volver a la lista
summary = Resumen
shorter = Más corto
longer = Más largo
open-article = Abrir el artículo
whole-story = Toda la historia
passages = Mostrar pasajes
try-again = Intentar de nuevo
show-answer = Mostrar la respuesta
everything = Todo lo que dijo { $name }
example = ¿Qué hay de «{ $headline }»?

## Toasts

stale = Esta lista es demasiado antigua; pregunte de nuevo
thanks = Gracias, anotado
first = Es la primera página
last = Es la última página
gone-short = Ese artículo se ha retirado o ha cambiado

## How much was searched

articles =
    { $articles ->
        [one] un artículo
       *[other] { $articles } artículos
    }
quotations =
    { $quotations ->
        [one] una cita
       *[other] { $quotations } citas
    }
of-publishers =
    { $publishers ->
        [0] { "" }
        [1] { " " }de { $one }
        [2] { " " }de { $one } y { $two }
       *[other] { " " }de { $one }, { $two } y { $more ->
            [one] otro medio
           *[other] otros { $more } medios
        }
    }

## Answers

closest = El pasaje más cercano; quizá no responda a su pregunta:
scope = He buscado primero en: { $where }.
nothing = He buscado en { articles } y nada responde a eso. Pruebe con otras palabras, o nombre a una persona, un lugar o una fecha.
gone = Ese pasaje se ha retirado o ha cambiado. Pregunte otra vez y volveré a buscar.
also-carried = También en { $publishers }
latest =
    { $articles ->
        [one] El único artículo:
       *[other] Lo más reciente de { $articles } artículos:
    }

## Summaries and stories

gone-article = Ese artículo se ha retirado; ya no hay nada que resumir.
fact-who = Quién
fact-where = Dónde
fact-when = Cuándo
news = Novedades:
timeline = Cómo se llegó hasta aquí:
disagree = No coinciden:
which-article = ¿A qué artículo se refiere?
how-to-sum-up = ¿Qué artículo? Responda con /summary a una de mis respuestas, o nómbrelo: /summary y unas palabras del titular, o su dirección.
how-to-tell = Escriba tras la orden de qué trata la historia: /story the port strike since Monday.
not-here = Aquí ningún artículo tiene esa dirección. Quien me administra puede añadirlo, en la máquina donde funciono, con byline add y la dirección.
story = «{ $topic }» en { articles }
story-only = «{ $topic }» en { articles }, solo { $periods }
story-between = «{ $topic }» en { articles }, { $days }
none-about = He buscado en { articles } y ninguno trata de «{ $topic }».
none-about-then = He buscado en { articles } y ninguno de esas fechas ({ $periods }) trata de «{ $topic }».
none-named = He buscado en { articles } y ninguno es el que usted nombra.
none-named-then = He buscado en { articles } y ninguno de esas fechas ({ $periods }) es el que usted nombra.

## Who said what

reported = Referido, no textual:
unnamed = El artículo no aclara quién
nearest = Esto es lo más cercano que se dijo; juzgue usted si equivale a lo mismo:
on-topic = Dicho sobre el tema; no es lo que usted preguntó:
widened = Nada corresponde a la fecha o al medio indicados; esto es de otra parte:
not-verbatim = A nadie se cita con esas palabras exactas; esto es lo más parecido:
which = ¿A quién se refiere?
quoted-in = En este artículo se cita a estas personas; toque un nombre para leer lo que dijo:
how-to-quote = Escriba tras la orden un nombre y, si quiere, un tema: /quotes Kovač about the ferry.
unknown-person = No conozco nada que haya dicho alguien llamado «{ $name }».
limited = Solo de: { $where }:
nobody =
    He buscado en { quotations } y { $form ->
        [who_did] nadie lo hizo
        [about] no hay nada sobre eso
       *[who_said] nadie dijo eso
    }.{ these-spoke }
nothing-by = He buscado en { quotations } y en ninguna dice eso { $name }.{ these-spoke }
nobody-called = He buscado en { quotations } y ninguna es de alguien llamado «{ $name }».{ these-spoke }
these-spoke =
    { $others ->
        [0] { "" }
       *[other] { " " }Hablaron del tema:
    }

## The bot itself

start = Pregúnteme por las noticias de { articles }{ of-publishers }, y respondo con el pasaje mismo y un enlace que se abre en él. Dos para probar:
help =
    Busco en { articles }{ of-publishers }. Pregunte como preguntaría a un colega, mejor en el idioma de los artículos, y cito el pasaje que responde, palabra por palabra, con su artículo. Yo no escribo ni una frase sobre las noticias; cuando nada responde, lo digo.

    Pregunte qué dijo alguien, o quién dijo o criticó algo, y cito a quien fue. Pregunte qué pasó con algo, y lo cuento con todos los artículos que lo tratan.

    /ask PREGUNTA: lo mismo en un grupo
    /quotes NOMBRE about TEMA: qué dijo alguien
    /summary: resume el artículo de la respuesta a la que usted responde, o el que nombre
    /story TEMA: qué hay de nuevo y cómo se llegó hasta aquí
    /latest: los artículos más recientes
    /privacy: qué guardo y cuánto tiempo
    /forget: borra lo que guardo de este chat
privacy =
    Qué guardo: el número de este chat, sus preguntas y lo que mostré como respuesta, durante 24 horas, para que los botones funcionen y no se pierda ninguna pregunta; y sus 👍 👎, sin las palabras de la pregunta, para averiguar en qué me equivoco.

    No guardo nombres, ni números de teléfono, ni nada de grupos en los que no se me pregunta, y no transmito nada: la búsqueda se hace en la máquina donde funciono.

    /forget borra de inmediato todo lo de este chat.
forgot =
    { $questions ->
        [0] Hecho. No había ninguna pregunta de este chat que borrar.
        [one] Hecho. Su pregunta y todo lo relacionado con ella se han borrado.
       *[other] Hecho. Sus { $questions } preguntas y todo lo relacionado con ellas se han borrado.
    }
unreadable = Leo texto y enlaces. Escriba su pregunta con palabras, por favor.
how-to-ask = Escriba su pregunta tras la orden, por ejemplo: /ask Who opposed the plan?
empty = Aquí todavía no hay artículos. Quien administra este bot aún tiene que añadirlos.
empty-admin =
    El archivo está vacío. En la máquina donde funciono, añada artículos con
    byline add CARPETA, o un fichero, la dirección de un artículo o la de un canal.
    Los descubro en segundos, sin reiniciar.
fault = Algo ha fallado. Su pregunta está guardada; toque para intentarlo de nuevo. (Referencia { $reference })
uncertain = La conexión se cortó mientras respondía. Si no hay ninguna respuesta arriba, toque para verla.
late =
    { $questions ->
        [one] Perdone, no estaba cuando llegó su pregunta. Pregunte otra vez y respondo enseguida.
       *[other] Perdone, no estaba cuando llegaron sus { $questions } preguntas. Pregunte otra vez y respondo enseguida.
    }
busy =
    Qué rapidez. Su pregunta está anotada; la respondo en { $seconds ->
        [one] un segundo
       *[other] { $seconds } segundos
    }.

## The menu of commands

command-ask = Preguntar por las noticias
command-quotes = Qué dijo alguien
command-summary = Resumir un artículo: responda a una respuesta o nómbrelo
command-story = Qué hay de nuevo sobre un tema y cómo se llegó hasta aquí
command-latest = Los artículos más recientes
command-help = Qué puedo hacer
command-privacy = Qué guardo y cuánto tiempo
command-forget = Borrar lo que sé de este chat

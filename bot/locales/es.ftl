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
all-speakers = Todos los citados
back-to-answer = Volver a la respuesta
back-to-list = Volver a la lista
summary = Resumen
shorter = Más corto
longer = Más largo
open-article = Abrir el artículo
whole-story = Toda la historia
passages = Mostrar pasajes
instead-passages = Mejor pasajes
instead-quotations = Mejor: quién dijo qué
instead-summary = Mejor un resumen
instead-timeline = Mejor toda la historia
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
none-of-kind = No he encontrado nada de ese tipo

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

closest = ❔ No es seguro. Lo más cercano que encontré; quizá no responda a su pregunta:
newer = Un artículo más reciente dice otra cosa:
scope = He buscado primero en: { $where }.
nothing = He buscado en { articles } y nada responde a eso. Pruebe con otras palabras, o nombre a una persona, un lugar o una fecha.
behind = Los artículos más nuevos aún no están en la búsqueda.
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
nearest = ❔ Esto es lo más cercano que se dijo; juzgue usted si equivale a lo mismo:
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

## Thumbs

what-is-wrong = Anotado. ¿Qué está mal?
reason-passage = Pasaje equivocado
reason-person = Persona equivocada
reason-old = Desactualizado
reason-other = Nada de esto
send-to-mend = Enviar también mi pregunta, para que se corrija
send-as-example = Enviar también mi pregunta, como buen ejemplo
sent = Gracias. Su pregunta queda guardada con su voto

## The bot itself

start = Pregúnteme por las noticias de { articles }{ of-publishers }, y respondo con el pasaje mismo y un enlace que se abre en él. Dos para probar:
help =
    Busco en { articles }{ of-publishers }. Pregunte como preguntaría a un colega, mejor en el idioma de los artículos, y cito el pasaje que responde, palabra por palabra, con su artículo. Yo no escribo ni una frase sobre las noticias; cuando nada responde, lo digo.

    Pregunte qué dijo alguien, o quién dijo o criticó algo, y cito a quien fue. Pregunte qué pasó con algo, y lo cuento con todos los artículos que lo tratan.
help-ask = /ask PREGUNTA: lo mismo en un grupo
help-quotes = /quotes NOMBRE about TEMA: qué dijo alguien
help-summary = /summary: resume el artículo de la respuesta a la que usted responde, o el que nombre
help-story = /story TEMA: qué hay de nuevo y cómo se llegó hasta aquí
help-latest = /latest: los artículos más recientes
help-settings = /settings: idioma, zona horaria, cuánto se muestra, medios
help-privacy = /privacy: qué guardo y cuánto tiempo
help-forget = /forget: borra lo que guardo de este chat
privacy =
    Lo que guardo: el número de este chat; sus preguntas y lo que mostré para ellas, durante { $hours ->
        [one] una hora
       *[other] { $hours } horas
    }, para que los botones y las preguntas siguientes funcionen y ninguna pregunta se pierda (se borran en la hora siguiente, o en cuanto vuelva a funcionar); sus ajustes; cuándo preguntó por última vez y cuántas veces hoy; y sus 👍 👎 con el motivo que toque, sin las palabras de la pregunta, para saber dónde me equivoco.

    Solo si toca «Enviar también mi pregunta», sus palabras se guardan con el voto, hasta que usted o quien me gestiona las borre.

    No guardo nombres ni números de teléfono, ni nada de los grupos en los que no me preguntan, y no paso nada a nadie: la búsqueda se hace en la máquina en la que funciono.

    /forget borra enseguida todo lo de este chat; solo queda si usted puede usarme y cuántas veces preguntó hoy. Los votos en las copias de seguridad que quien me gestiona guarda en otro lugar los borra esa persona.
forgot = Hecho. He borrado: { $what }. Nada de lo que se preguntó o respondió aquí queda en mis archivos.
forgot-nothing = Hecho. No había nada de este chat que borrar.
questions =
    { $count ->
        [one] una pregunta
       *[other] { $count } preguntas
    }
noted-answers =
    { $count ->
        [one] lo anotado de una respuesta
       *[other] lo anotado de { $count } respuestas
    }
thumbs =
    { $count ->
        [one] un voto
       *[other] { $count } votos
    }
your-settings = sus ajustes
other-notes =
    { $count ->
        [one] otra nota
       *[other] otras { $count } notas
    }
not-allowed = En un grupo, solo sus administradores pueden hacerlo. En un chat privado conmigo decide usted.
unreadable = Leo texto y enlaces. Escriba su pregunta con palabras, por favor.
how-to-ask = Escriba su pregunta tras la orden, por ejemplo: /ask Who opposed the plan?
empty = Aquí todavía no hay artículos. Quien administra este bot aún tiene que añadirlos.
empty-admin =
    El archivo está vacío. En la máquina donde funciono, añada artículos con
    byline add CARPETA, o un fichero, la dirección de un artículo o la de un canal.
    Los descubro en segundos, sin reiniciar.
fault = Algo ha fallado. Su pregunta está guardada; toque para intentarlo de nuevo. (Referencia { $reference })
fault-unsaved = Algo ha fallado y ahora no puedo guardar su pregunta. Toque de nuevo en un momento o pregunte otra vez. (Referencia { $reference })
fault-pressed = Algo ha fallado. Toque de nuevo en un momento. (Referencia { $reference })
uncertain = La conexión se cortó mientras respondía. Si no hay ninguna respuesta arriba, toque para verla.
late =
    { $questions ->
        [one] Perdone, no estaba cuando llegó su pregunta. Pregunte otra vez y respondo enseguida.
       *[other] Perdone, no estaba cuando llegaron sus { $questions } preguntas. Pregunte otra vez y respondo enseguida.
    }
busy =
    Qué rapidez. Respondo su pregunta en { $seconds ->
        [one] un segundo
       *[other] { $seconds } segundos
    }.
in-line =
    { $count ->
        [one] Hay una pregunta antes que la suya.
       *[other] Hay { $count } preguntas antes que la suya.
    } Respondo la suya cuando le toque.
crowded =
    { $count ->
        [one] Ya espera una pregunta
       *[other] Ya esperan { $count } preguntas
    } y ahora mismo no puedo aceptar más. Pregunte de nuevo en unos minutos.
in-crowd = Todavía estoy con sus mensajes anteriores y no puedo aceptar más hasta haberlos respondido. Envíe este de nuevo entonces.

## Sharing, and the bot in other chats

share = Compartir
ask-more = Preguntarme más
inline-nothing = Nada responde a eso; pregúnteme directamente
inline-unsure = Quizá nada de esto responda; pregúnteme a mí
inline-fault = Algo ha fallado; pregúnteme directamente
inline-empty = Aquí todavía no hay artículos
inline-limit =
    Preguntas de hoy agotadas; más { $hours ->
        [one] en menos de una hora
       *[other] dentro de { $hours } horas
    }

## Who may ask, and how much

invited-only = Este bot es solo por invitación; he preguntado a quien lo administra. Su pregunta está guardada y la respondo en cuanto tenga acceso.
invited-unsaved = Este bot es solo por invitación, y ahora no puedo guardar su pregunta. Pregunte más tarde.
invited-waiting = Eso también queda guardado. Aún no se ha decidido.
invited-later = Este bot es solo por invitación, y ahora mismo la piden demasiadas personas. No se ha guardado nada; vuelva a preguntar dentro de una hora.
invited-in = Ya tiene acceso. Pregúnteme por las noticias.
invited-declined = No se le ha dado acceso.
too-long = Eso tiene { $characters } caracteres, y leo preguntas de hasta { $most }. Acorte su mensaje editándolo y respondo aquí.
day-limit =
    Respondo hasta { $most } preguntas al día, y ya las ha hecho todas. El próximo día empieza { $hours ->
        [one] en menos de una hora
       *[other] dentro de { $hours } horas
    }; su pregunta está guardada, y el botón la hará entonces.
day-limit-again = Guardada para el próximo día.
day-limit-toast =
    Ha agotado sus preguntas de hoy. Podrá seguir { $hours ->
        [one] en menos de una hora
       *[other] dentro de { $hours } horas
    }.
ask-then = Preguntarlo entonces

## Settings

settings =
    Ajustes de este chat:

    Idioma: { $language }{ settings-told }
    Zona horaria: { $timezone }, ahora { $time }
    Se muestra de un pasaje: { settings-shown }
    Medios: { $publishers }
settings-told =
    { $told ->
        [0] { "" }
       *[other] , como en Telegram
    }
settings-shown =
    { $context ->
        [short] la frase que responde
        [long] todo
       *[normal] unas 90 palabras
    }
settings-alike = todos por igual
settings-of-group = Solo los administradores de este grupo pueden cambiarlos.
settings-refused = Solo los administradores de este grupo pueden cambiar sus ajustes
settings-unknown = No conozco ese ajuste: { $typed }
settings-language = ¿Qué idioma debo hablar? Los artículos se citan tal como se publicaron. Con palabras: /settings language de
settings-timezone = «Yesterday» y «this week» se cuentan desde ahora, { $time }, la hora de { $timezone }. Para otro lugar, escriba su nombre: /settings timezone Asia/Kolkata
settings-context = ¿Cuánto de un pasaje debo mostrar? El resto está a un botón de distancia. Con palabras: /settings context short
settings-publishers = Toque un medio para preferirlo (★), otra vez para excluirlo (✕), y otra para ninguna de las dos cosas. Si varios responden igual de bien, uno preferido va primero; uno excluido nunca se muestra. Con palabras: /settings prefer NAME, leave out NAME, allow NAME
menu-language = Idioma
menu-timezone = Zona horaria
menu-context = Cuánto se muestra
menu-publishers = Medios
menu-all = Todos los ajustes
as-telegram-says = Como en Telegram
context-short = La frase que responde
context-normal = Unas 90 palabras
context-long = El pasaje entero
all-alike = Otra vez todos por igual
saved = Guardado
left-out =
    Los ajustes de este chat excluyen { $publishers ->
        [one] un medio
       *[other] { $publishers } medios
    }; la respuesta puede estar ahí: /settings

## The menu of commands

command-ask = Preguntar por las noticias
command-quotes = Qué dijo alguien
command-summary = Resumir un artículo: responda a una respuesta o nómbrelo
command-story = Qué hay de nuevo sobre un tema y cómo se llegó hasta aquí
command-latest = Los artículos más recientes
command-settings = Idioma, zona horaria, medios
command-help = Qué puedo hacer
command-privacy = Qué guardo y cuánto tiempo
command-forget = Borrar lo que sé de este chat

## Follow-ups, misspelt words, small talk

as-written = Tal como está escrito
did-you-mean = ¿Quiso decir { $word }?
search-for = Buscar «{ $words }»
new-question = Pregunta nueva
taking = En relación con: { $what }
searched-instead = He buscado { $meant } en lugar de { $typed }.
no-more = No tengo nada más sobre eso. Pregunte otra cosa o con otras palabras.
hello = Hola.
welcome = De nada.
english-only = Los artículos están en inglés, y solo entiendo preguntas en inglés. Escriba la suya en inglés, por favor.
about-me = Soy Byline, un programa que busca en artículos. No soy una persona ni un chatbot que inventa frases: lo que respondo está palabra por palabra en un artículo, y digo en cuál.
what-i-know = Conozco { articles }{ of-publishers }, y nada más. Los más recientes:
chatter = Aquí estoy. Pregúnteme por las noticias.

## Alerts and digests

command-alert = Recibir aviso cuando llegue algo nuevo
command-alerts = De qué le aviso: verlo y cambiarlo
command-digest = Las noticias del día a una hora
help-alert = /alert TEMA O NOMBRE: escribo cuando un artículo nuevo encaja; también «in MEDIO», «when ALGUIEN says something on it»
help-alerts = /alerts: de qué le aviso, cuánto y cuándo guardo silencio
help-digest = /digest daily 08:00, también con TEMAS: las noticias del día a una hora
how-to-alert = Escriba tras el comando de qué debo avisarle: /alert ferry strike. O solo en un medio: /alert ferry strike in The Courier. O solo lo que dice alguien: /alert ferry strike when the mayor says something on it
alert-made = Escribiré en este chat cuando un artículo nuevo encaje.
alert-known = Ese ya lo tengo.
alert-line =
    { $wanted }: { $level ->
        [more] también lo que puede encajar
        [balanced] lo que probablemente encaja
       *[fewer] solo lo que encaja seguro
    }{ $paused ->
        [0] { "" }
       *[other] , en pausa
    }
alert-levels = «Menos» exige cada palabra en el artículo; «Más» mira también el significado. Un 👎 bajo un aviso hace que exija más.
level-fewer = Menos
level-balanced = Medio
level-more = Más
alert-pause = Pausar
alert-resume = Seguir
alert-stop = Parar este aviso
alert-stricter = Solo lo importante
alert-speaker = lo que diga { $speaker }
alert-topic-speaker = { $topic }, cuando { $speaker } diga algo al respecto
alert-publisher = { $wanted } (solo en { $publisher })
alert-told =
    { $articles ->
        [one] Nuevo: { $wanted }
       *[other] { $articles } artículos nuevos: { $wanted }
    }
alert-in-doubt = La conexión se cortó mientras le avisaba de algo nuevo: { $wanted }. Quizá no llegó.
digest-in-doubt = La conexión se cortó mientras enviaba las noticias del día. Quizá no llegaron.
alert-show = Mostrar
alert-stopped = Parado
alert-stopped-before = Eso ya estaba parado
alert-stricter-now = Desde ahora solo lo que encaja con más seguridad
alert-disliked = Gracias, este aviso exige más desde ahora
alerts =
    { $alerts ->
        [0] No tiene ningún aviso.
        [one] Un aviso:
       *[other] { $alerts } avisos:
    }
alerts-none = Todavía nada. Escribo cuando llega algo nuevo con /alert ferry strike, y una vez al día con /digest daily 08:00
alerts-none-due = No hay nada pendiente.
alerts-due = Hay algo nuevo para usted: /alerts due
alerts-too-many =
    { $most ->
        [one] Un chat no puede tener más de un aviso.
       *[other] Un chat no puede tener más de { $most } avisos.
    } Pare uno primero.
alerts-quiet = Silencio { $hours }
alerts-hours = Cuándo guardar silencio
alerts-all = Todos los avisos
alerts-choose-hours = ¿Cuándo deben callar los avisos, según los relojes de su zona? Lo que llegue entonces se dice al acabar esas horas. En palabras: /alerts quiet 22:00-07:00
quiet-never = Nunca
how-to-digest = Escriba cuándo deben llegar las noticias del día: /digest daily 08:00. O sobre qué: /digest daily 08:00 ferries, housing. O una vez por semana: /digest weekly monday 08:00. Para pararlo: /digest off
digest-of-all =
    Noticias { $weekly ->
        [0] cada día
       *[other] cada semana, { $day },
    } a las { $time }
digest-on =
    Noticias { $weekly ->
        [0] cada día
       *[other] cada semana, { $day },
    } a las { $time }: { $topics }
digest-set = Según los relojes de { $timezone }; para otros: /settings timezone. Llega solo cuando hay noticias.
digest-stop = Parar estas noticias
digest-stopped = Parado. No llegarán más.
digest-none = No hay nada que parar.
digest-told =
    { $day }: { $stories ->
        [one] una historia
       *[other] { $stories } historias
    }
digest-told-on =
    { $day }: { $stories ->
        [one] una historia
       *[other] { $stories } historias
    } sobre { $topics }
noted-alerts =
    { $count ->
        [one] un aviso
       *[other] { $count } avisos
    }
privacy-alerts = De los avisos y las noticias del día guardo lo que pidió, hasta que lo pare, y durante dos semanas de qué artículos le avisé, para que nada llegue dos veces.
## Lo que entregan los lectores

keep = Conservar
ask-about = Preguntar sobre él
for-everybody = Para todos
export = Exportar
keep-number = Conservar { $number }
remove-number = Quitar { $number }
as-article = Leerlo como artículo
as-question = Responderlo como pregunta
kept = Se conserva hasta que lo quite
taken-off = Quitado
handed-to-all = Desde ahora todos reciben respuestas de él
handed-ask = Escriba su pregunta: busco primero en este artículo.
handed-doubt = ¿Es un artículo que debo leer o una pregunta?
handed-kept = Está { $days ->
        [one] un día
       *[other] { $days } días
    } en su estante, y solo usted recibe respuestas de él: /shelf
handed-kept-group = Está { $days ->
        [one] un día
       *[other] { $days } días
    } en el estante de este grupo, y solo este grupo recibe respuestas de él: /shelf
handed-foreign = No está en inglés; respondo mejor sobre artículos en inglés.
handed-reading = Leyendo …
handed-text = ese texto
handed-refused = No pude leer { $what }: { $why }.
handed-paste = Si puede verlo, pegue aquí su texto.
handed-file-large = Ese archivo pasa de los { $most } MB que Telegram me entrega. Envíe uno más pequeño.
cause-other = falló la lectura
cause-no-article = no contiene ningún artículo
cause-list = es una lista de artículos; envíe la dirección de uno
cause-not-there = la página no existe
cause-no-answer = el sitio no responde ahora
cause-closed = el sitio solo lo muestra a quien inicia sesión o paga
cause-robots = el sitio pide a los programas que no lo lean
cause-too-large = es demasiado grande
cause-forbidden = no abro direcciones de ese tipo
shelf = En su estante: { $articles ->
        [one] un artículo
       *[other] { $articles } artículos
    }
shelf-empty = No hay nada en su estante. Envíeme la dirección de un artículo, su texto o un archivo, y le respondo a partir de él.
shelf-kept = se conserva hasta que lo quite
shelf-until = hasta el { $day }
shelf-full = Su estante tiene { $most } artículos y no cabe ninguno más. Quite algunos: /shelf
shelf-day-full = Con este son { $most } artículos hoy, los que acepto en un día. Mañana vuelve a haber sitio.
shelf-articles = { $count ->
        [one] un artículo de su estante
       *[other] { $count } artículos de su estante
    }
command-shelf = Lo que entregó
help-shelf = /shelf: los artículos que entregó
privacy-shelf =
    Lo que me entregue para leer está { $days ->
        [one] un día
       *[other] { $days } días
    } en el estante de este chat, o hasta que lo quite; nadie más recibe respuestas de ello.
## Feeds

corrected-on = corregido el { $day }
gone-from-page = ya no está en la página del medio

## Lo que decía otro día

also-otherwise = También: el { $day } se decía otra cosa:

## Base de datos

privacy-database = Todo esto está en una base de datos que comparten varios de mis procesos. Lo que se borra desaparece de ella enseguida, para mí y para cualquiera que la consulte; sus rastros quedan en los archivos, los registros y las copias de seguridad de esa base de datos hasta que se sobrescriben. Cuándo ocurre lo decide quien me gestiona.
forgot-database = Hecho. He borrado: { $what }. Nada de lo que se preguntó o respondió aquí se puede consultar ya; /privacy dice cuánto pueden quedar rastros en mi base de datos.
## Rich replies

copy-citation = Copiar la cita
rich-off = Simple
menu-rich = Respuestas con formato
settings-rich = Respuestas con formato: { $rich ->
    [on] sí
   *[off] no
}
rich-sample = Así se ve una respuesta con formato: palabras de un artículo con su fuente, el resto del pasaje para desplegar y botones en el texto. Algunas aplicaciones no muestran nada de esto.
rich-can = Puedo leerlo
rich-empty = Está vacío
rich-off-now = Desde ahora, mensajes simples; los de formato están en /settings
## Páginas propias

page-summary = En breve
page-to-mark = Al pasaje marcado
page-moved = El texto se corrigió desde que existe este enlace, así que no hay nada marcado.
page-back = ‹ Lo anterior
page-on = Lo siguiente ›
page-part = Parte { $number } de { $count }
page-foot = Byline muestra este texto porque no tiene dirección propia. Está aquí tal como se recibió.
page-foot-shelf = Este texto está en un estante. El enlace lo abre para su lector hasta el { $day }, { $time } UTC; no lo compartas.
page-gone-title = Ya no está aquí
page-gone = Este texto se quitó o no es para todos. En esta página no queda nada de él.
page-missing-title = No existe esa página
page-missing = No hay nada en esta dirección.
page-refused-title = Este enlace no abre nada
page-refused = Ha caducado o fue alterado. Pregunta otra vez a Byline: su respuesta trae uno nuevo.
page-busy-title = Un momento
page-busy = Se pide demasiado a la vez. Inténtalo de nuevo en un minuto.
page-fault-title = Algo falló
page-fault = No se puede mostrar la página. Inténtalo más tarde.
page-asks-title = Abriendo…
page-asks = Este texto está en un estante; primero Telegram tiene que decir quién pregunta.
page-asks-plain = Si no funciona, ábrelo desde el chat con Byline.
page-asks-refused = Telegram no dijo que puedas leer esto. Cierra esta ventana y pulsa otra vez el botón del chat.
privacy-newsroom = Quien me administra puede leer tus preguntas durante ese tiempo, sin ver de quién son, para saber qué falta en mis artículos.
## Search that is down

search-down = La búsqueda no funciona en este momento. Su pregunta queda guardada: la respuesta llegará en cuanto vuelva la búsqueda.
search-down-again = La búsqueda no funciona en este momento. Vuelva a intentarlo dentro de un rato.

## Answers that only the asker sees

show-to-all = Mostrar a todos
shown-to-all = { $question } — preguntado por un miembro de este grupo
menu-audience = Quién ve las respuestas
audience-all = Todos
audience-asker = Solo quien pregunta
settings-audience = ¿Quién ve en este grupo las respuestas a /ask? Con «Solo quien pregunta», la respuesta llega únicamente a quien la pidió, que puede mostrarla a todos. Telegram no garantiza que llegue y a veces la rechaza (es mejor que yo sea administrador aquí): entonces la ven todos.

# Собственные слова Byline по-русски.

## Dates, as Unicode's patterns: https://cldr.unicode.org/translation/date-time

day-pattern = d MMM y
long-day-pattern = d MMMM y
month-pattern = LLLL y
year-pattern = y
from-to = { $first } – { $last }

## Buttons

open = Открыть на этом месте
whole = Весь отрывок
show-closest = Показать ближайшие отрывки
open-quotation = Открыть на цитате
who = Кто что сказал
all-speakers = Все, кого цитируют
back-to-answer = Назад к ответу
back-to-list = Назад к списку
summary = Кратко
shorter = Короче
longer = Длиннее
open-article = Открыть статью
whole-story = Вся история
passages = Показать отрывки
instead-passages = Лучше отрывки
instead-quotations = Лучше: кто что сказал
instead-summary = Лучше кратко
instead-timeline = Лучше вся история
try-again = Попробовать ещё раз
show-answer = Показать ответ
everything = Все слова: { $name }
example = Что известно про «{ $headline }»?

## Toasts

stale = Этот список устарел, спросите ещё раз
thanks = Спасибо, отмечено
first = Это первая страница
last = Это последняя страница
gone-short = Эту статью тем временем удалили или изменили
none-of-kind = Ничего такого не нашлось

## How much was searched

searched =
    { $articles ->
        [one] Просмотрена { $articles } статья
        [few] Просмотрены { $articles } статьи
       *[many] Просмотрено { $articles } статей
    }
in-articles =
    { $articles ->
        [one] в { $articles } статье
       *[many] в { $articles } статьях
    }
searched-quotations =
    { $quotations ->
        [one] Просмотрена { $quotations } цитата
        [few] Просмотрены { $quotations } цитаты
       *[many] Просмотрено { $quotations } цитат
    }
of-publishers =
    { $publishers ->
        [0] { "" }
        [1] { " " }({ $one })
        [2] { " " }({ $one } и { $two })
       *[other] { " " }({ $one }, { $two } и ещё { $more ->
            [one] { $more } издание
            [few] { $more } издания
           *[many] { $more } изданий
        })
    }

## Answers

closest = ❔ Не уверен. Самое близкое, что нашлось; возможно, это не ответ на ваш вопрос:
newer = В более новой статье иначе:
scope = Сначала искал здесь: { $where }.
nothing = { searched }, но ответа там нет. Попробуйте другие слова или назовите человека, место или дату.
behind = Самые новые статьи ещё не вошли в поиск.
gone = Этот отрывок тем временем удалили или изменили. Спросите ещё раз, и я поищу заново.
also-carried = Это напечатали и { $publishers }
latest =
    { $articles ->
        [one] Самое новое из { $articles } статьи:
       *[many] Самое новое из { $articles } статей:
    }

## Summaries and stories

gone-article = Эту статью тем временем удалили, пересказывать больше нечего.
fact-who = Кто
fact-where = Где
fact-when = Когда
news = Что нового:
timeline = Как всё было:
disagree = Не везде одинаково:
which-article = Какую статью вы имеете в виду?
how-to-sum-up = Какую статью? Ответьте командой /summary на один из моих ответов или назовите статью: /summary и несколько слов заголовка или её адрес.
how-to-tell = Напишите после команды, о чём речь: /story the port strike since Monday.
not-here = Статьи с таким адресом здесь нет. Её может добавить тот, у кого я работаю, на той же машине: byline add и адрес.
story = «{ $topic }» { in-articles }
story-only = «{ $topic }» { in-articles }, только { $periods }
story-between = «{ $topic }» { in-articles }, { $days }
none-about = { searched }, и ни одной на тему «{ $topic }».
none-about-then = { searched }, и за это время ({ $periods }) ни одной на тему «{ $topic }».
none-named = { searched }, и той, которую вы назвали, среди них нет.
none-named-then = { searched }, и за это время ({ $periods }) той, которую вы назвали, среди них нет.

## Who said what

reported = В пересказе, не дословно:
unnamed = Из статьи неясно, кто
nearest = ❔ Вот самое близкое из сказанного; то ли это самое, судите сами:
on-topic = Сказано на эту тему; не то, о чём вы спросили:
widened = За названное время или в названном издании ничего нет; это из других:
not-verbatim = Именно этих слов никто не говорил; ближе всего вот что:
which = Кого вы имеете в виду?
quoted-in = В этой статье цитируют следующих людей; нажмите на имя, чтобы прочитать сказанное:
how-to-quote = Напишите после команды имя и, если хотите, тему: /quotes Kovač about the ferry.
unknown-person = Мне неизвестны слова человека по имени «{ $name }».
limited = Только отсюда: { $where }:
nobody =
    { searched-quotations }: { $form ->
        [who_did] никто этого не сделал
        [about] об этом ничего нет
       *[who_said] никто этого не говорил
    }.{ these-spoke }
nothing-by = { searched-quotations }, и ни в одной { $name } этого не говорит.{ these-spoke }
nobody-called = { searched-quotations }, и среди них нет слов человека по имени «{ $name }».{ these-spoke }
these-spoke =
    { $others ->
        [0] { "" }
       *[other] { " " }На эту тему высказывались:
    }

## Thumbs

what-is-wrong = Принято. Что в ответе не так?
reason-passage = Не тот отрывок
reason-person = Не тот человек
reason-old = Устарело
reason-other = Ничего из этого
send-to-mend = Отправить и мой вопрос, чтобы это исправили
send-as-example = Отправить и мой вопрос как хороший пример
sent = Спасибо. Вопрос сохранён вместе с оценкой

## The bot itself

start = Спрашивайте о новостях { in-articles }{ of-publishers }: я отвечу самим отрывком и ссылкой, которая открывает его на месте. Для начала два вопроса:
help =
    Я ищу { in-articles }{ of-publishers }. Спрашивайте, как спросили бы коллегу, лучше всего на языке статей, и я процитирую отвечающий отрывок слово в слово и назову статью. Сам я о новостях не пишу ни слова; если ответа нет, так и скажу.

    Спросите, что сказал человек или кто что-то сказал или раскритиковал, и я процитирую. Спросите, что стало с каким-нибудь делом, и я расскажу по всем статьям о нём.
help-ask = /ask ВОПРОС: то же самое в группе
help-quotes = /quotes ИМЯ about ТЕМА: что сказал человек
help-summary = /summary: кратко о статье из ответа, на который вы отвечаете, или о той, которую назовёте
help-story = /story ТЕМА: что нового и как всё было
help-latest = /latest: самые новые статьи
help-settings = /settings: язык, часовой пояс, сколько показывать, издания
help-privacy = /privacy: что я храню и как долго
help-forget = /forget: удалить то, что я храню об этом чате
privacy =
    Что я храню: номер этого чата; ваши вопросы и то, что я на них показал, в течение { $hours ->
        [one] { $hours } часа
       *[other] { $hours } часов
    }, чтобы работали кнопки и уточнения и ни один вопрос не потерялся (потом они удаляются в течение часа или как только я снова заработаю); ваши настройки; когда вы спрашивали в последний раз и сколько раз сегодня; и ваши 👍 👎 с выбранной причиной, без слов вопроса, чтобы узнать, где я ошибаюсь.

    Только если вы нажмёте «Отправить и мой вопрос», его слова сохраняются вместе с оценкой, пока вы или мой владелец их не удалите.

    Я не храню ни имён, ни номеров телефона, ничего о группах, где меня не спрашивают, и никому ничего не передаю: поиск идёт на том же компьютере, где я работаю.

    /forget сразу удаляет всё из этого чата; остаётся лишь то, можно ли вам мной пользоваться и сколько раз вы спросили сегодня. Оценки в резервных копиях, которые мой владелец держит в другом месте, удаляет он сам.
forgot = Готово. Удалено: { $what }. Ничего из того, что здесь спрашивали и отвечали, в моих файлах не осталось.
forgot-nothing = Готово. Из этого чата удалять было нечего.
questions =
    { $count ->
        [one] { $count } вопрос
        [few] { $count } вопроса
       *[other] { $count } вопросов
    }
noted-answers =
    { $count ->
        [one] заметки о { $count } ответе
       *[other] заметки о { $count } ответах
    }
thumbs =
    { $count ->
        [one] { $count } оценка
        [few] { $count } оценки
       *[other] { $count } оценок
    }
your-settings = ваши настройки
other-notes =
    { $count ->
        [one] ещё { $count } заметка
        [few] ещё { $count } заметки
       *[other] ещё { $count } заметок
    }
not-allowed = В группе это могут делать только её администраторы. В личном чате со мной решаете вы сами.
unreadable = Я читаю текст и ссылки. Пожалуйста, задайте вопрос словами.
how-to-ask = Напишите вопрос после команды, например: /ask Who opposed the plan?
empty = Статей здесь пока нет. Их ещё должен добавить тот, у кого работает этот бот.
empty-admin =
    Архив пуст. На машине, где я работаю, добавьте статьи:
    byline add ПАПКА, или файл, или адрес статьи либо ленты.
    Я замечу их за несколько секунд, без перезапуска.
fault = Что-то сломалось. Ваш вопрос сохранён; нажмите, чтобы попробовать ещё раз. (Код { $reference })
fault-unsaved = Что-то сломалось, и сейчас ваш вопрос сохранить нельзя. Нажмите чуть позже или спросите ещё раз. (Код { $reference })
fault-pressed = Что-то сломалось. Нажмите ещё раз чуть позже. (Код { $reference })
uncertain = Связь прервалась, пока я отвечал. Если ответа выше нет, нажмите, чтобы его увидеть.
late =
    { $questions ->
        [one] Извините, меня не было, когда пришёл ваш вопрос. Спросите ещё раз, и я сразу отвечу.
        [few] Извините, меня не было, когда пришли ваши { $questions } вопроса. Спросите ещё раз, и я сразу отвечу.
       *[many] Извините, меня не было, когда пришли ваши { $questions } вопросов. Спросите ещё раз, и я сразу отвечу.
    }
busy =
    Быстро вы. Отвечу на ваш вопрос через { $seconds ->
        [one] { $seconds } секунду
        [few] { $seconds } секунды
       *[many] { $seconds } секунд
    }.
in-line =
    { $count ->
        [one] Перед вашим { $count } вопрос.
        [few] Перед вашим { $count } вопроса.
       *[many] Перед вашим { $count } вопросов.
    } Отвечу на ваш, когда подойдёт очередь.
crowded =
    { $count ->
        [one] Ответа уже ждёт { $count } вопрос
        [few] Ответа уже ждут { $count } вопроса
       *[many] Ответа уже ждут { $count } вопросов
    }, больше сейчас принять нельзя. Спросите ещё раз через несколько минут.
in-crowd = Я ещё отвечаю на ваши прежние сообщения и больше пока принять не могу. Отправьте это ещё раз потом.

## Sharing, and the bot in other chats

share = Поделиться
ask-more = Спросить меня ещё
inline-nothing = Ответа на это нет; спросите меня напрямую
inline-unsure = Возможно, всё это не ответ; спросите меня
inline-fault = Что-то сломалось; спросите меня напрямую
inline-empty = Здесь пока нет статей
inline-limit =
    На сегодня всё; снова { $hours ->
        [1] в течение часа
        [one] через { $hours } час
        [few] через { $hours } часа
       *[many] через { $hours } часов
    }

## Who may ask, and how much

invited-only = Этот бот только для приглашённых; вопрос о вас передан владельцу. Ваш вопрос записан, и я отвечу, как только вас впустят.
invited-unsaved = Этот бот только для приглашённых, и сейчас ваш вопрос записать нельзя. Спросите позже.
invited-waiting = Это тоже записано. Владелец ещё не решил.
invited-later = Этот бот только для приглашённых, и сейчас приглашения просят слишком многие. Ничего не записано; спросите снова через час.
invited-in = Владелец вас впустил. Спрашивайте о новостях.
invited-declined = Владелец вас не впустил.
too-long =
    Это { $characters ->
        [one] { $characters } знак
        [few] { $characters } знака
       *[many] { $characters } знаков
    }, а я читаю вопросы до { $most }. Сократите сообщение, отредактировав его, и я отвечу здесь.
day-limit =
    Я отвечаю самое большее на { $most ->
        [one] { $most } вопрос
        [few] { $most } вопроса
       *[many] { $most } вопросов
    } в день, и вы задали все. Новый день начнётся { $hours ->
        [1] в течение часа
        [one] через { $hours } час
        [few] через { $hours } часа
       *[many] через { $hours } часов
    }; ваш вопрос записан, и кнопка задаст его тогда.
day-limit-again = Записано на следующий день.
day-limit-toast =
    Вопросы на сегодня закончились. Продолжить можно { $hours ->
        [1] в течение часа
        [one] через { $hours } час
        [few] через { $hours } часа
       *[many] через { $hours } часов
    }.
ask-then = Задать тогда

## Settings

settings =
    Настройки этого чата:

    Язык: { $language }{ settings-told }
    Часовой пояс: { $timezone }, сейчас { $time }
    Из отрывка показываю: { settings-shown }
    Издания: { $publishers }
settings-told =
    { $told ->
        [0] { "" }
       *[other] , как в Telegram
    }
settings-shown =
    { $context ->
        [short] предложение с ответом
        [long] целиком
       *[normal] около 90 слов
    }
settings-alike = все наравне
settings-of-group = Менять их могут только администраторы этой группы.
settings-refused = Менять настройки группы могут только её администраторы
settings-unknown = Такой настройки я не знаю: { $typed }
settings-language = На каком языке мне говорить? Статьи цитируются так, как напечатаны. Словами: /settings language de
settings-timezone = «Yesterday» и «this week» считаются от нынешнего времени, { $time }, в поясе { $timezone }. Для другого места напишите его название: /settings timezone Asia/Kolkata
settings-context = Сколько показывать от отрывка? Остальное откроет кнопка. Словами: /settings context short
settings-publishers = Нажмите на издание, чтобы предпочесть его (★), ещё раз, чтобы исключить (✕), и ещё раз, чтобы отменить и то и другое. Если отвечают несколько, предпочтённое идёт первым; исключённое не показывается никогда. Словами: /settings prefer NAME, leave out NAME, allow NAME
menu-language = Язык
menu-timezone = Часовой пояс
menu-context = Сколько показывать
menu-publishers = Издания
menu-all = Все настройки
as-telegram-says = Как в Telegram
context-short = Предложение с ответом
context-normal = Около 90 слов
context-long = Весь отрывок
all-alike = Снова все наравне
saved = Сохранено
left-out =
    Настройки этого чата исключают { $publishers ->
        [one] { $publishers } издание
        [few] { $publishers } издания
       *[many] { $publishers } изданий
    }; ответ может быть там: /settings

## The menu of commands

command-ask = Спросить о новостях
command-quotes = Что сказал человек
command-summary = Кратко о статье: ответьте на ответ или назовите её
command-story = Что нового по теме и как всё было
command-latest = Самые новые статьи
command-settings = Язык, часовой пояс, издания
command-help = Что я умею
command-privacy = Что я храню и как долго
command-forget = Удалить всё, что я знаю об этом чате

## Follow-ups, misspelt words, small talk

as-written = Точно как написано
did-you-mean = Может быть, { $word }?
search-for = Искать «{ $words }»
new-question = Новый вопрос
taking = Беру из прошлого вопроса: { $what }
searched-instead = Поиск: «{ $meant }» вместо «{ $typed }».
no-more = Больше об этом у меня ничего нет. Спросите о другом или другими словами.
hello = Здравствуйте.
welcome = Пожалуйста.
english-only = Статьи на английском языке, и я понимаю вопросы только на английском. Напишите, пожалуйста, свой вопрос по-английски.
about-me = Я Byline, программа, которая ищет в статьях. Я не человек и не чат-бот, который сочиняет фразы: мой ответ слово в слово стоит в статье, и я её называю.
what-i-know = Я ищу { in-articles }{ of-publishers } и больше ничего не знаю. Самые новые:
chatter = Я здесь. Спрашивайте меня о новостях.

## Alerts and digests

command-alert = Узнавать, когда появится новое
command-alerts = О чём я сообщаю: список и настройка
command-digest = Новости дня в назначенный час
help-alert = /alert ТЕМА ИЛИ ИМЯ: я напишу, когда появится подходящая статья; можно и «in ИЗДАНИЕ», «when КТО-ТО says something on it»
help-alerts = /alerts: о чём я сообщаю, сколько и когда молчу
help-digest = /digest daily 08:00, можно с ТЕМАМИ: новости дня в назначенный час
how-to-alert = Напишите после команды, о чём сообщать: /alert ferry strike. Или только из одного издания: /alert ferry strike in The Courier. Или только то, что кто-то говорит: /alert ferry strike when the mayor says something on it
alert-made = Я напишу в этот чат, когда появится подходящая статья.
alert-known = Такое уже есть.
alert-line =
    { $wanted }: { $level ->
        [more] и то, что может подойти
        [balanced] то, что скорее всего подходит
       *[fewer] только то, что точно подходит
    }{ $paused ->
        [0] { "" }
       *[other] , на паузе
    }
alert-levels = «Меньше» требует каждого слова в статье; «Больше» смотрит и на смысл. 👎 под сообщением делает отбор строже.
level-fewer = Меньше
level-balanced = Средне
level-more = Больше
alert-pause = Пауза
alert-resume = Продолжить
alert-stop = Больше не сообщать
alert-stricter = Только важное
alert-speaker = всё, что скажет { $speaker }
alert-topic-speaker = { $topic }, когда об этом говорит { $speaker }
alert-publisher = { $wanted } (только { $publisher })
alert-told =
    { $articles ->
        [one] { $articles } новая статья: { $wanted }
        [few] { $articles } новые статьи: { $wanted }
       *[many] { $articles } новых статей: { $wanted }
    }
alert-in-doubt = Связь прервалась, когда я сообщал о новом: { $wanted }. Возможно, сообщение не дошло.
digest-in-doubt = Связь прервалась, когда я отправлял новости дня. Возможно, они не дошли.
alert-show = Показать
alert-stopped = Остановлено
alert-stopped-before = Это уже остановлено
alert-stricter-now = Теперь только то, что подходит вернее
alert-disliked = Спасибо, теперь отбор строже
alerts =
    { $alerts ->
        [0] Сообщать не о чем.
        [one] { $alerts } тема:
        [few] { $alerts } темы:
       *[many] { $alerts } тем:
    }
alerts-none = Пока ничего. Я пишу о новом по команде /alert ferry strike и раз в день по команде /digest daily 08:00
alerts-none-due = Пока ничего нет.
alerts-due = Для вас есть новое: /alerts due
alerts-too-many =
    { $most ->
        [one] В чате может быть только { $most } тема.
        [few] В чате может быть только { $most } темы.
       *[many] В чате может быть только { $most } тем.
    } Сначала остановите одну.
alerts-quiet = Молчу { $hours }
alerts-hours = Когда молчать
alerts-all = Все темы
alerts-choose-hours = Когда молчать, по часам вашего пояса? Что придёт тогда, я сообщу, когда эти часы кончатся. Словами: /alerts quiet 22:00-07:00
quiet-never = Никогда
how-to-digest = Напишите, когда присылать новости дня: /digest daily 08:00. Или о чём: /digest daily 08:00 ferries, housing. Или раз в неделю: /digest weekly monday 08:00. Чтобы остановить: /digest off
digest-of-all =
    Новости { $weekly ->
        [0] каждый день
       *[other] каждую неделю, { $day },
    } в { $time }
digest-on =
    Новости { $weekly ->
        [0] каждый день
       *[other] каждую неделю, { $day },
    } в { $time }: { $topics }
digest-set = По часам { $timezone }; для других: /settings timezone. Приходят, только если есть новое.
digest-stop = Больше не присылать
digest-stopped = Остановлено. Больше ничего не придёт.
digest-none = Останавливать нечего.
digest-told =
    { $day }: { $stories ->
        [one] { $stories } история
        [few] { $stories } истории
       *[many] { $stories } историй
    }
digest-told-on =
    { $day }: { $stories ->
        [one] { $stories } история
        [few] { $stories } истории
       *[many] { $stories } историй
    } на темы: { $topics }
noted-alerts =
    { $count ->
        [one] { $count } тему для сообщений
        [few] { $count } темы для сообщений
       *[many] { $count } тем для сообщений
    }
privacy-alerts = О сообщениях и новостях дня я храню, что вы просили, пока вы это не остановите, и две недели, о каких статьях я сообщил, чтобы ничего не пришло дважды.
## Что присылают читатели

keep = Оставить
ask-about = Спросить о ней
for-everybody = Для всех
export = Выгрузить
keep-number = Оставить { $number }
remove-number = Убрать { $number }
as-article = Прочитать как статью
as-question = Ответить как на вопрос
kept = Останется, пока вы её не уберёте
taken-off = Убрано
handed-to-all = Теперь по ней получают ответы все
handed-ask = Напишите вопрос: сначала я ищу в этой статье.
handed-doubt = Это статья, которую мне прочитать, или вопрос?
handed-kept = Статья лежит на вашей полке { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }, и ответы по ней получаете только вы: /shelf
handed-kept-group = Статья лежит на полке этой группы { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    }, и ответы по ней получает только эта группа: /shelf
handed-foreign = Она не на английском; лучше всего я отвечаю по статьям на английском.
handed-reading = Читаю …
handed-text = этот текст
handed-refused = Не удалось прочитать { $what }: { $why }.
handed-paste = Если вы её видите, вставьте её текст сюда.
handed-file-large = Файл больше { $most } МБ, которые передаёт мне Telegram. Пришлите файл поменьше.
cause-other = при чтении произошёл сбой
cause-no-article = там нет статьи
cause-list = это список статей; пришлите адрес одной
cause-not-there = такой страницы нет
cause-no-answer = сайт сейчас не отвечает
cause-closed = сайт показывает её только тем, кто вошёл или заплатил
cause-robots = сайт просит программы её не трогать
cause-too-large = слишком много данных
cause-forbidden = такие адреса я не открываю
shelf = На вашей полке: { $articles ->
        [one] { $articles } статья
        [few] { $articles } статьи
       *[many] { $articles } статей
    }
shelf-empty = На вашей полке пусто. Пришлите адрес статьи, её текст или файл, и я буду отвечать вам по ней.
shelf-kept = останется, пока вы её не уберёте
shelf-until = до { $day }
shelf-full = Статей на вашей полке: { $most }, больше не поместится. Уберите часть: /shelf
shelf-day-full = Сегодня принято статей: { $most }, больше за день я не беру. Завтра место снова будет.
shelf-articles = { $count ->
        [one] { $count } статья с вашей полки
        [few] { $count } статьи с вашей полки
       *[many] { $count } статей с вашей полки
    }
command-shelf = Что вы прислали
help-shelf = /shelf: статьи, которые вы прислали
privacy-shelf =
    То, что вы даёте мне прочитать, лежит на полке этого чата { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[many] { $days } дней
    } или пока вы его не уберёте; больше никто не получает по нему ответов.
## Ленты

corrected-on = исправлено { $day }
gone-from-page = на странице издания больше нет

## Что писали в другой день

also-otherwise = Ещё: { $day } писали иначе:

## База данных

privacy-database = Всё это лежит в базе данных, общей для нескольких моих процессов. Удалённое сразу исчезает из неё для меня и для всех, кто к ней обращается; следы остаются в файлах, журналах и резервных копиях этой базы, пока их не перезапишут. Когда это произойдёт, решает мой владелец.
forgot-database = Готово. Удалено: { $what }. Ничего из того, что здесь спрашивали и отвечали, больше нельзя найти; /privacy говорит, как долго следы могут оставаться в моей базе данных.
## Rich replies

copy-citation = Скопировать цитату
rich-off = Проще
menu-rich = Оформленные ответы
settings-rich = Оформленные ответы: { $rich ->
    [on] включены
   *[off] выключены
}
rich-sample = Так выглядит оформленный ответ: слова из статьи с источником, остаток отрывка, который можно развернуть, и кнопки в тексте. Некоторые приложения ничего из этого не показывают.
rich-can = Могу прочитать
rich-empty = Здесь пусто
rich-off-now = Теперь сообщения будут простыми; оформленные включаются в /settings
## Свои страницы

page-summary = Коротко
page-to-mark = К отмеченному месту
page-moved = С тех пор как появилась эта ссылка, текст исправили, поэтому ничего не отмечено.
page-back = ‹ Что было раньше
page-on = Что дальше ›
page-part = Часть { $number } из { $count }
page-foot = Byline показывает этот текст, потому что у него нет своего адреса. Он стоит здесь таким, каким был получен.
page-foot-shelf = Этот текст лежит на полке. Ссылка открывает его для его читателя до { $day }, { $time } UTC; не передавайте её.
page-gone-title = Больше нет
page-gone = Этот текст удалён или доступен не всем. На этой странице от него ничего не осталось.
page-missing-title = Такой страницы нет
page-missing = По этому адресу ничего нет.
page-refused-title = Эта ссылка ничего не открывает
page-refused = Она устарела или была изменена. Спросите Byline ещё раз: в ответе будет новая.
page-busy-title = Минутку
page-busy = Слишком много запросов сразу. Попробуйте через минуту.
page-fault-title = Что-то сломалось
page-fault = Страницу не удаётся показать. Попробуйте позже.
page-asks-title = Открываем …
page-asks = Этот текст лежит на полке, поэтому Telegram должен сначала сказать, кто спрашивает.
page-asks-plain = Если не получается, откройте его из чата с Byline.
page-asks-refused = Telegram не подтвердил, что вам можно это читать. Закройте окно и нажмите кнопку в чате ещё раз.
privacy-newsroom = Тот, кто мной управляет, может в это время читать ваши вопросы, не видя, чьи они, чтобы понять, чего не хватает в моих статьях.

## Answers that only the asker sees

show-to-all = Показать всем
shown-to-all = { $question } — спросил участник этой группы
menu-audience = Кто видит ответы
audience-all = Все
audience-asker = Только спросивший
settings-audience = Кто видит в этой группе ответы на /ask? При «Только спросивший» ответ получает лишь тот, кто спросил, и может показать его всем. Telegram не обещает, что он дойдёт, и иногда отказывает (лучше сделать меня здесь администратором): тогда ответ видят все.

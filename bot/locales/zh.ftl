# Byline 自己的话，简体中文。

## Dates, as Unicode's patterns: https://cldr.unicode.org/translation/date-time

day-pattern = y年M月d日
long-day-pattern = y年M月d日
month-pattern = y年M月
year-pattern = y年
from-to = { $first }至{ $last }

## Buttons

open = 打开原文此处
whole = 完整段落
show-closest = 显示最接近的段落
open-quotation = 打开引语出处
who = 谁说了什么
all-speakers = 全部发言者
back-to-answer = 返回答案
back-to-list = 返回列表
summary = 摘要
shorter = 短一些
longer = 长一些
open-article = 打开文章
whole-story = 整个事件
passages = 显示段落
instead-passages = 改看段落
instead-quotations = 改看谁说了什么
instead-summary = 改看摘要
instead-timeline = 改看整个事件
try-again = 重试
show-answer = 显示答案
everything = { $name } 说过的话
example = “{ $headline }”是怎么回事？

## Toasts

stale = 这个列表已过期，请重新提问
thanks = 谢谢，已记下
first = 这是第一页
last = 这是最后一页
gone-short = 这篇文章已被删除或修改
none-of-kind = 没有找到这类内容

## How much was searched

of-publishers =
    { $publishers ->
        [0] { "" }
        [1] （{ $one }）
        [2] （{ $one } 和 { $two }）
       *[other] （{ $one }、{ $two } 及另外 { $more } 家媒体）
    }

## Answers

closest = ❔ 不确定。以下是最接近的内容，未必能回答您的问题：
newer = 较新的文章说法不同：
scope = 优先查找范围：{ $where }。
nothing = 查了 { $articles } 篇文章，没有一篇能回答。请换个说法，或写明人名、地点或日期。
behind = 最新的文章尚未纳入搜索。
gone = 这个段落已被删除或修改。请重新提问，我再查一遍。
also-carried = 另见：{ $publishers }
latest = 共 { $articles } 篇文章，最新的是：

## Summaries and stories

gone-article = 这篇文章已被删除，没有内容可以概括了。
fact-who = 人物
fact-where = 地点
fact-when = 时间
news = 最新进展：
timeline = 来龙去脉：
disagree = 各家说法不一：
which-article = 您指的是哪篇文章？
how-to-sum-up = 哪篇文章？请用 /summary 回复我的某个答案，或写明文章：/summary 加上标题中的几个词，或文章网址。
how-to-tell = 请在命令后写明主题：/story the port strike since Monday。
not-here = 这里没有该网址的文章。运行我的人可以在运行我的机器上用 byline add 加网址来添加。
story = “{ $topic }”，见于 { $articles } 篇文章
story-only = “{ $topic }”，见于 { $articles } 篇文章，仅限 { $periods }
story-between = “{ $topic }”，见于 { $articles } 篇文章，{ $days }
none-about = 查了 { $articles } 篇文章，没有一篇关于“{ $topic }”。
none-about-then = 查了 { $articles } 篇文章，{ $periods } 没有一篇关于“{ $topic }”。
none-named = 查了 { $articles } 篇文章，没有您说的那篇。
none-named-then = 查了 { $articles } 篇文章，{ $periods } 没有您说的那篇。

## Who said what

reported = 转述，并非原话：
unnamed = 文章未说明是谁
nearest = ❔ 以下是最接近的言论，是否就是那个意思，请您判断：
on-topic = 与该主题有关，但不是您所问的：
widened = 您说的时间或媒体没有相符的内容，以下来自其他范围：
not-verbatim = 没有人说过完全相同的话，最接近的是：
which = 您指的是哪一位？
quoted-in = 本文引用了以下人士的话，点按名字即可阅读：
how-to-quote = 请在命令后写人名，也可加上主题：/quotes Kovač about the ferry。
unknown-person = 没有找到名叫“{ $name }”的人说过的话。
limited = 仅限 { $where }：
nobody =
    查了 { $quotations } 条引语，{ $form ->
        [who_did] 没有发现谁这样做
        [about] 没有相关内容
       *[who_said] 没有人说过这话
    }。{ these-spoke }
nothing-by = 查了 { $quotations } 条引语，{ $name } 没有说过这话。{ these-spoke }
nobody-called = 查了 { $quotations } 条引语，没有一条出自名叫“{ $name }”的人。{ these-spoke }
these-spoke =
    { $others ->
        [0] { "" }
       *[other] 以下人士谈过该主题：
    }

## Thumbs

what-is-wrong = 已记下。哪里不对？
reason-passage = 段落不对
reason-person = 人不对
reason-old = 已过时
reason-other = 都不是
send-to-mend = 也把我的问题发出，以便改进
send-as-example = 也把我的问题发出，作为好例子
sent = 谢谢，您的问题已随评价保存

## The bot itself

start = 请向我询问 { $articles } 篇文章{ of-publishers }中的新闻，我会用原文段落回答，并附上直达该处的链接。不妨试试这两个问题：
help =
    我查找 { $articles } 篇文章{ of-publishers }。像问同事那样提问即可，最好使用文章的语言；我会逐字引用能回答问题的段落，并注明文章。我自己不写任何关于新闻的句子；没有答案时，我会直说。

    您可以问某人说了什么，或谁说过、批评过某事，我会引用原话。您可以问某件事后来怎样了，我会根据所有相关文章讲述。
help-ask = /ask 问题：在群组中提问
help-quotes = /quotes 人名 about 主题：某人说了什么
help-summary = /summary：概括您所回复的答案中的文章，或您写明的文章
help-story = /story 主题：最新进展和来龙去脉
help-latest = /latest：最新文章
help-settings = /settings：语言、时区、显示多少、媒体
help-privacy = /privacy：我保存什么，保存多久
help-forget = /forget：删除我保存的本聊天的内容
privacy =
    我保存的内容：本聊天的编号；您的问题和我给出的内容，保存 { $hours } 小时，以便按钮和追问可用，也不会丢失问题（之后一小时内删除，若我当时没有运行，则在再次运行时立即删除）；您的设置；您上次提问的时间和今天提问的次数；以及您的 👍 👎 和所选原因，不含问题的文字，用来了解我哪里答错了。

    只有您点按“也把我的问题发出”时，问题的文字才会随评价保存，直到您或运行我的人将其删除。

    我不保存姓名和电话号码，不保存没有向我提问的群组的任何内容，也不向外传递任何内容：搜索就在运行我的机器上进行。

    /forget 会立即删除本聊天的一切；只保留您能否使用我，以及今天提问的次数。运行我的人在别处保存的备份里的评价，由其自行删除。
forgot = 完成。已删除：{ $what }。这里的问答在我的文件中已不留任何内容。
forgot-nothing = 完成。本聊天没有可删除的内容。
questions = { $count } 个问题
noted-answers = { $count } 条回答的记录
thumbs = { $count } 个评价
your-settings = 您的设置
other-notes = 另外 { $count } 条记录
not-allowed = 在群组中，只有管理员可以这样做。在与我的私聊中由您自己决定。
unreadable = 我只看文字和链接。请用文字写下您的问题。
how-to-ask = 请在命令后写问题，例如：/ask Who opposed the plan?
empty = 这里还没有文章。运行本机器人的人尚未添加。
empty-admin =
    文章库是空的。请在运行我的机器上添加文章：
    byline add 文件夹，也可以是文件、文章网址或订阅源网址。
    我会在几秒内发现，无需重启。
fault = 出了点问题。您的问题已保存，点按即可重试。（编号 { $reference }）
fault-unsaved = 出了点问题，而且现在无法保存您的问题。请稍后点按重试，或重新提问。（编号 { $reference }）
fault-pressed = 出了点问题。请稍后再点一次。（编号 { $reference }）
uncertain = 回答时连接中断了。如果上方没有答案，请点按查看。
late = 抱歉，您的 { $questions } 个问题发来时我不在。请再问一次，我会马上回答。
busy = 您问得真快。我会在 { $seconds } 秒后回答。
in-line = 您前面还有 { $count } 个问题，轮到您时我会回答。
crowded = 已有 { $count } 个问题在等待，现在无法再接收。请过几分钟再问一次。
in-crowd = 我还在处理您之前的消息，回答完之前无法接收更多。请稍后再发一次。

## Sharing, and the bot in other chats

share = 分享
ask-more = 继续问我
inline-nothing = 没有找到答案，请直接问我
inline-unsure = 这些可能都不是答案，请直接问我
inline-fault = 出了点问题，请直接问我
inline-empty = 这里还没有文章
inline-limit =
    今天的次数已用完，{ $hours ->
        [1] 一小时内
       *[other] { $hours } 小时后
    }可继续

## Who may ask, and how much

invited-only = 本机器人仅限受邀者使用，我已询问管理者。您的问题已保存，获准后即会回答。
invited-unsaved = 本机器人仅限受邀者使用，现在无法保存您的问题。请稍后再问。
invited-waiting = 这条也已保存。管理者尚未决定。
invited-later = 本机器人仅限受邀者使用，目前申请的人太多。未保存任何内容；请一小时后再试。
invited-in = 您已获准使用。请向我询问新闻。
invited-declined = 管理者没有批准您使用。
too-long = 这条消息有 { $characters } 个字符，而我最多读 { $most } 个字符的问题。请编辑消息将其缩短，我会在这里回答。
day-limit =
    我每天最多回答 { $most } 个问题，您今天的已用完。{ $hours ->
        [1] 一小时内
       *[other] { $hours } 小时后
    }进入下一天；您的问题已保存，届时按此按钮即可提问。
day-limit-again = 已保存到下一天。
day-limit-toast =
    您今天的问题次数已用完，{ $hours ->
        [1] 一小时内
       *[other] { $hours } 小时后
    }即可继续。
ask-then = 届时提问

## Settings

settings =
    本聊天的设置：

    语言：{ $language }{ settings-told }
    时区：{ $timezone }，现在是 { $time }
    段落显示：{ settings-shown }
    媒体：{ $publishers }
settings-told =
    { $told ->
        [0] { "" }
       *[other] （跟随 Telegram）
    }
settings-shown =
    { $context ->
        [short] 回答问题的句子
        [long] 全部
       *[normal] 约 90 个词
    }
settings-alike = 一视同仁
settings-of-group = 只有本群组的管理员可以更改。
settings-refused = 只有本群组的管理员可以更改其设置
settings-unknown = 没有这项设置：{ $typed }
settings-language = 我该说哪种语言？文章按原文引用。用文字设置：/settings language de
settings-timezone = “yesterday”和“this week”从现在 { $time } 算起，即 { $timezone } 的时间。要改为别处，请写地名：/settings timezone Asia/Kolkata
settings-context = 段落要显示多少？其余部分可按按钮查看。用文字设置：/settings context short
settings-publishers = 点按媒体可设为优先（★），再点排除（✕），再点取消。几家都能回答时，优先的排在前面；被排除的永不显示。用文字设置：/settings prefer NAME、leave out NAME、allow NAME
menu-language = 语言
menu-timezone = 时区
menu-context = 显示多少
menu-publishers = 媒体
menu-all = 全部设置
as-telegram-says = 跟随 Telegram
context-short = 回答问题的句子
context-normal = 约 90 个词
context-long = 完整段落
all-alike = 恢复一视同仁
saved = 已保存
left-out = 本聊天的设置排除了 { $publishers } 家媒体，答案可能就在其中：/settings

## The menu of commands

command-ask = 询问新闻
command-quotes = 某人说了什么
command-summary = 概括文章：回复某个答案，或写明文章
command-story = 某个主题的最新进展和来龙去脉
command-latest = 最新文章
command-settings = 语言、时区、媒体
command-help = 我能做什么
command-privacy = 我保存什么，保存多久
command-forget = 删除我所知道的本聊天的内容

## Follow-ups, misspelt words, small talk

as-written = 完全按原文搜索
did-you-mean = 您是指 { $word } 吗？
search-for = 搜索“{ $words }”
new-question = 新问题
taking = 沿用：{ $what }
searched-instead = 已改为搜索 { $meant }，而不是 { $typed }。
no-more = 关于这一点我只有这些。请问别的，或换个说法。
hello = 您好。
welcome = 不客气。
english-only = 文章是英文的，我只能理解英文提问。请用英文写下您的问题。
about-me = 我是 Byline，一个查找文章的程序。我不是真人，也不是会编造句子的聊天机器人：我的回答逐字出自某篇文章，并注明是哪一篇。
what-i-know = 我只知道 { $articles } 篇文章{ of-publishers }。最新的是：
chatter = 我在。请向我询问新闻。

## Alerts and digests

command-alert = 有相关新文章时通知我
command-alerts = 我的通知：查看和更改
command-digest = 每天定时看新闻
help-alert = /alert 主题或人名：有合适的新文章时我会写信；也可加“in 媒体”、“when 某人 says something on it”
help-alerts = /alerts：我通知什么、通知多少、何时不打扰
help-digest = /digest daily 08:00，可加主题：每天定时看新闻
how-to-alert = 请在命令后写明要通知什么：/alert ferry strike。或只限一家媒体：/alert ferry strike in The Courier。或只限某人所说：/alert ferry strike when the mayor says something on it
alert-made = 有合适的新文章时，我会写到本聊天。
alert-known = 这个已经有了。
alert-line =
    { $wanted }：{ $level ->
        [more] 可能合适的也通知
        [balanced] 很可能合适的
       *[fewer] 只要确定合适的
    }{ $paused ->
        [0] { "" }
       *[other] ，已暂停
    }
alert-levels = “少”要求文章包含每个词；“多”也看意思。在通知下点 👎，要求会更严。
level-fewer = 少
level-balanced = 适中
level-more = 多
alert-pause = 暂停
alert-resume = 继续
alert-stop = 停止此通知
alert-stricter = 只要重要的
alert-speaker = { $speaker } 所说的一切
alert-topic-speaker = { $topic }，当 { $speaker } 谈到时
alert-publisher = { $wanted }（仅限 { $publisher }）
alert-told = { $articles } 篇新文章：{ $wanted }
alert-in-doubt = 通知您新消息时连接中断：{ $wanted }。可能没有送达。
digest-in-doubt = 发送每日新闻时连接中断，可能没有送达。
alert-show = 显示
alert-stopped = 已停止
alert-stopped-before = 早已停止
alert-stricter-now = 今后只通知更确定合适的
alert-disliked = 谢谢，今后此通知要求更严
alerts =
    { $alerts ->
        [0] 您没有通知。
       *[other] { $alerts } 个通知：
    }
alerts-none = 还没有。有新消息时通知：/alert ferry strike；每天一次：/digest daily 08:00
alerts-none-due = 暂无新内容。
alerts-due = 有新内容：/alerts due
alerts-too-many = 一个聊天最多有 { $most } 个通知。请先停止一个。
alerts-quiet = 不打扰 { $hours }
alerts-hours = 何时不打扰
alerts-all = 所有通知
alerts-choose-hours = 按您时区的时间，何时不打扰？期间的消息会在结束时通知。也可以写：/alerts quiet 22:00-07:00
quiet-never = 从不
how-to-digest = 请写明何时发送每日新闻：/digest daily 08:00。可加主题：/digest daily 08:00 ferries, housing。或每周一次：/digest weekly monday 08:00。停止：/digest off
digest-of-all =
    新闻：{ $weekly ->
        [0] 每天
       *[other] 每周{ $day }
    } { $time }
digest-on =
    新闻：{ $weekly ->
        [0] 每天
       *[other] 每周{ $day }
    } { $time }：{ $topics }
digest-set = 按 { $timezone } 的时间；更改：/settings timezone。有新闻时才发送。
digest-stop = 停止发送新闻
digest-stopped = 已停止，不再发送。
digest-none = 没有可停止的。
digest-told = { $day }：{ $stories } 个事件
digest-told-on = { $day }：关于{ $topics }的 { $stories } 个事件
noted-alerts = { $count } 个通知
privacy-alerts = 关于通知和每日新闻，我保存您要求的内容，直到您停止；并在两周内保存我通知过哪些文章，以免重复。
## 读者交来的文章

keep = 保留
ask-about = 就此提问
for-everybody = 供所有人使用
export = 导出
keep-number = 保留 { $number }
remove-number = 移除 { $number }
as-article = 当作文章阅读
as-question = 当作问题回答
kept = 会一直保留，直到您移除
taken-off = 已移除
handed-to-all = 现在所有人都能得到出自它的回答
handed-ask = 请写下您的问题：我先在这篇文章里找。
handed-doubt = 这是要我读的文章，还是一个问题？
handed-kept = 它会在您的书架上放 { $days } 天，只有您能得到出自它的回答：/shelf
handed-kept-group = 它会在本群的书架上放 { $days } 天，只有本群能得到出自它的回答：/shelf
handed-foreign = 它不是英文；关于英文文章我回答得最好。
handed-reading = 正在阅读……
handed-text = 这段文字
handed-refused = 我没能读取{ $what }：{ $why }。
handed-paste = 如果您能看到它，请把正文粘贴到这里。
handed-file-large = 这个文件超过 Telegram 能交给我的 { $most } MB。请发小一点的文件。
cause-other = 读取失败
cause-no-article = 里面没有文章
cause-list = 那是文章列表；请发一篇文章的网址
cause-not-there = 没有这个页面
cause-no-answer = 网站现在没有响应
cause-closed = 网站只让登录或付费的人看
cause-robots = 网站要求程序不要读取
cause-too-large = 内容太大
cause-forbidden = 我不打开这类网址
shelf = 您的书架上有 { $articles } 篇文章
shelf-empty = 您的书架是空的。把文章的网址、正文或文件发给我，我就根据它回答您。
shelf-kept = 一直保留，直到您移除
shelf-until = 保留到 { $day }
shelf-full = 您的书架已有 { $most } 篇文章，放不下更多了。请移除一些：/shelf
shelf-day-full = 今天已经收了 { $most } 篇文章，一天只收这么多。明天又有位置了。
shelf-articles = 您书架上的 { $count } 篇文章
command-shelf = 您交来的文章
help-shelf = /shelf：您交来的文章
privacy-shelf = 您交给我读的内容会在本聊天的书架上放 { $days } 天，或直到您移除；别人不会得到出自它的回答。
## 订阅源

corrected-on = 更正于 { $day }
gone-from-page = 发布者的页面上已不存在

## 其他日期的说法

also-otherwise = 另：{ $day } 的说法不同：

## 数据库

privacy-database = 这一切都存放在我的多个进程共用的数据库里。删除的内容会立即从中消失，我和任何查询它的人都再也看不到；但在被覆盖之前，其痕迹仍会留在该数据库的文件、日志和备份中。何时覆盖，由运行我的人决定。
forgot-database = 完成。已删除：{ $what }。这里的问答再也无法查到；/privacy 会说明痕迹可能在我的数据库中保留多久。
## Rich replies

copy-citation = 复制引文
rich-off = 简洁
menu-rich = 图文回复
settings-rich = 图文回复：{ $rich ->
    [on] 开
   *[off] 关
}
rich-sample = 图文回复就是这样：文章原文及其出处，可展开的其余段落，以及正文中的按钮。有些应用完全不显示它。
rich-can = 我能看到
rich-empty = 是空的
rich-off-now = 以后使用简洁消息；可在 /settings 重新开启图文回复
## 自己的页面

page-summary = 简而言之
page-to-mark = 跳到标出的段落
page-moved = 此链接生成后，文本已被更正，因此没有标出任何内容。
page-back = ‹ 前文
page-on = 后文 ›
page-part = 第 { $number } 部分，共 { $count } 部分
page-foot = 这篇文章没有自己的网址，所以由 Byline 显示。内容与收录时一致。
page-foot-shelf = 这篇文章放在书架上。此链接在 { $day } { $time }（UTC）之前只供其读者打开；请勿转发。
page-gone-title = 已不在此处
page-gone = 这篇文章已被移除，或并非对所有人开放。此页面未保留其任何内容。
page-missing-title = 没有此页面
page-missing = 此网址没有任何内容。
page-refused-title = 此链接无法打开任何内容
page-refused = 链接已过期或被改动。请再问 Byline 一次，回答中会有新的链接。
page-busy-title = 请稍候
page-busy = 请求过多，请一分钟后再试。
page-fault-title = 出了问题
page-fault = 无法显示此页面，请稍后再试。
page-asks-title = 正在打开……
page-asks = 这篇文章放在书架上，需先由 Telegram 确认是谁在请求。
page-asks-plain = 如果打不开，请从与 Byline 的对话中打开。
page-asks-refused = Telegram 未确认您可以阅读此文。请关闭此窗口，再按一次对话中的按钮。
privacy-newsroom = 在此期间，运行我的人可以看到您的问题，但看不到是谁提的，以便了解我的文章还缺什么。
## Search that is down

search-down = 搜索暂时不可用。您的问题已保留：搜索恢复后会立即回答。
search-down-again = 搜索暂时不可用。请稍后再试。

## Answers that only the asker sees

show-to-all = 给所有人看
shown-to-all = { $question } — 本群组一位成员的提问
menu-audience = 谁能看到回答
audience-all = 所有人
audience-asker = 仅提问者
settings-audience = 本群组中谁能看到 /ask 的回答？选择“仅提问者”时，回答只发给提问的人，提问者可以再给所有人看。Telegram 不保证送达，有时还会拒绝（最好让我成为本群管理员）：那时所有人都会看到回答。

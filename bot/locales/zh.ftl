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
try-again = 重试
show-answer = 显示答案
everything = { $name }说过的话
example = “{ $headline }”是怎么回事？

## Toasts

stale = 这个列表已过期，请重新提问
thanks = 谢谢，已记下
first = 这是第一页
last = 这是最后一页
gone-short = 这篇文章已被删除或修改

## How much was searched

of-publishers =
    { $publishers ->
        [0] { "" }
        [1] （{ $one }）
        [2] （{ $one }和{ $two }）
       *[other] （{ $one }、{ $two }及另外{ $more }家媒体）
    }

## Answers

closest = 最接近的段落，未必能回答您的问题：
scope = 优先查找范围：{ $where }。
nothing = 查了{ $articles }篇文章，没有一篇能回答。请换个说法，或写明人名、地点或日期。
gone = 这个段落已被删除或修改。请重新提问，我再查一遍。
also-carried = 另见：{ $publishers }
latest = 共{ $articles }篇文章，最新的是：

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
story = “{ $topic }”，见于{ $articles }篇文章
story-only = “{ $topic }”，见于{ $articles }篇文章，仅限{ $periods }
story-between = “{ $topic }”，见于{ $articles }篇文章，{ $days }
none-about = 查了{ $articles }篇文章，没有一篇关于“{ $topic }”。
none-about-then = 查了{ $articles }篇文章，{ $periods }没有一篇关于“{ $topic }”。
none-named = 查了{ $articles }篇文章，没有您说的那篇。
none-named-then = 查了{ $articles }篇文章，{ $periods }没有您说的那篇。

## Who said what

reported = 转述，并非原话：
unnamed = 文章未说明是谁
nearest = 以下是最接近的言论，是否就是那个意思，请您判断：
on-topic = 与该主题有关，但不是您所问的：
widened = 您说的时间或媒体没有相符的内容，以下来自其他范围：
not-verbatim = 没有人说过完全相同的话，最接近的是：
which = 您指的是哪一位？
quoted-in = 本文引用了以下人士的话，点按名字即可阅读：
how-to-quote = 请在命令后写人名，也可加上主题：/quotes Kovač about the ferry。
unknown-person = 没有找到名叫“{ $name }”的人说过的话。
limited = 仅限{ $where }：
nobody =
    查了{ $quotations }条引语，{ $form ->
        [who_did] 没有发现谁这样做
        [about] 没有相关内容
       *[who_said] 没有人说过这话
    }。{ these-spoke }
nothing-by = 查了{ $quotations }条引语，{ $name }没有说过这话。{ these-spoke }
nobody-called = 查了{ $quotations }条引语，没有一条出自名叫“{ $name }”的人。{ these-spoke }
these-spoke =
    { $others ->
        [0] { "" }
       *[other] 以下人士谈过该主题：
    }

## The bot itself

start = 请向我询问{ $articles }篇文章{ of-publishers }中的新闻，我会用原文段落回答，并附上直达该处的链接。不妨试试这两个问题：
help =
    我查找{ $articles }篇文章{ of-publishers }。像问同事那样提问即可，最好使用文章的语言；我会逐字引用能回答问题的段落，并注明文章。我自己不写任何关于新闻的句子；没有答案时，我会直说。

    您可以问某人说了什么，或谁说过、批评过某事，我会引用原话。您可以问某件事后来怎样了，我会根据所有相关文章讲述。

    /ask 问题：在群组中提问
    /quotes 人名 about 主题：某人说了什么
    /summary：概括您所回复的答案中的文章，或您写明的文章
    /story 主题：最新进展和来龙去脉
    /latest：最新文章
    /privacy：我保存什么，保存多久
    /forget：删除我保存的本聊天的内容
privacy =
    我保存的内容：本聊天的编号、您的问题以及我为此显示的内容，保存 24 小时，好让按钮可用、问题不会丢失；还有您的 👍 👎，不含问题文字，用来发现我错在哪里。

    我不保存姓名和电话号码，不保存没有向我提问的群组的任何内容，也不转交任何信息：搜索就在运行我的机器上进行。

    /forget 会立即删除本聊天的全部内容。
forgot =
    { $questions ->
        [0] 完成。本聊天没有可删除的问题。
       *[other] 完成。您的{ $questions }个问题及相关内容已全部删除。
    }
unreadable = 我只看文字和链接。请用文字写下您的问题。
how-to-ask = 请在命令后写问题，例如：/ask Who opposed the plan?
empty = 这里还没有文章。运行本机器人的人尚未添加。
empty-admin =
    文章库是空的。请在运行我的机器上添加文章：
    byline add 文件夹，也可以是文件、文章网址或订阅源网址。
    我会在几秒内发现，无需重启。
fault = 出了点问题。您的问题已保存，点按即可重试。（编号 { $reference }）
uncertain = 回答时连接中断了。如果上方没有答案，请点按查看。
late = 抱歉，您的{ $questions }个问题发来时我不在。请再问一次，我会马上回答。
busy = 您问得真快。问题已记下，我会在{ $seconds }秒后回答。

## The menu of commands

command-ask = 询问新闻
command-quotes = 某人说了什么
command-summary = 概括文章：回复某个答案，或写明文章
command-story = 某个主题的最新进展和来龙去脉
command-latest = 最新文章
command-help = 我能做什么
command-privacy = 我保存什么，保存多久
command-forget = 删除我所知道的本聊天的内容

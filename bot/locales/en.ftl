# Byline's own words in English, the language that every other falls back to.
# How to write one: https://projectfluent.org/fluent/guide. Values are inserted as they are.
# Keys that begin with "admin-" may be missing elsewhere; all others stand in every catalogue.

## Dates, as Unicode's patterns: https://cldr.unicode.org/translation/date-time

day-pattern = d MMM y
long-day-pattern = d MMMM y
month-pattern = MMMM y
year-pattern = y
from-to = { $first } to { $last }

## Buttons

open = Open at the passage
whole = Whole passage
show-closest = Show the closest passages
open-quotation = Open at the quotation
who = Who said what
all-speakers = All speakers
back-to-answer = Back to the answer
back-to-list = Back to the list
summary = Summary
shorter = Shorter
longer = Longer
open-article = Open the article
whole-story = The whole story
passages = Show passages
instead-passages = Passages instead
instead-quotations = Who said what instead
instead-summary = A summary instead
instead-timeline = The whole story instead
try-again = Try again
show-answer = Show the answer
everything = Everything { $name } said
example = What about “{ $headline }”?

## Toasts

stale = This list is too old, ask again
thanks = Thank you, noted
first = This is the first
last = This is the last
gone-short = That article was removed or changed since
none-of-kind = I found nothing of that kind

## How much was searched

articles =
    { $articles ->
        [one] one article
       *[other] { $articles } articles
    }
quotations =
    { $quotations ->
        [one] one quotation
       *[other] { $quotations } quotations
    }
of-publishers =
    { $publishers ->
        [0] { "" }
        [1] { " " }of { $one }
        [2] { " " }of { $one } and { $two }
       *[other] { " " }of { $one }, { $two } and { $more ->
            [one] one more publisher
           *[other] { $more } more publishers
        }
    }

## Answers

closest = ❔ Not sure. The closest I found; it may not answer your question:
newer = A newer article has it otherwise:
scope = Looked first in { $where }.
nothing = I searched { articles }, and none of them answers that. Try other words, or name a person, a place or a date.
behind = The newest articles are not searched yet.
gone = That passage was removed or changed since. Ask again, and I will look anew.
also-carried = Also carried by { $publishers }
latest = The newest of { articles }:

## Summaries and stories

gone-article = That article was removed since, so there is nothing left to sum up.
fact-who = Who
fact-where = Where
fact-when = When
news = What is new:
timeline = How it came:
disagree = Not the same everywhere:
which-article = Which article do you mean?
how-to-sum-up = Which article? Reply to one of my answers with /summary, or name the article: /summary and some words of its headline, or its address.
how-to-tell = Write after the command what the story is about: /story the port strike since Monday.
not-here = No article here has that address. Whoever runs me can add it, on the machine I run on, with byline add and the address.
story = “{ $topic }” in { articles }
story-only = “{ $topic }” in { articles }, only { $periods }
story-between = “{ $topic }” in { articles }, { $days }
none-about = I searched { articles }, and none is about “{ $topic }”.
none-about-then = I searched { articles }, and none of { $periods } is about “{ $topic }”.
none-named = I searched { articles }, and none is what you name.
none-named-then = I searched { articles }, and none of { $periods } is what you name.

## Who said what

reported = Reported, not quoted:
unnamed = The article does not make clear who
nearest = ❔ Here is what was said nearest to that; whether it amounts to it is for you to judge:
on-topic = Said on the topic; not what you asked for:
widened = Nothing fits the time or publisher you named; this is from elsewhere:
not-verbatim = Nobody is quoted with exactly these words; this comes nearest:
which = Which one do you mean?
quoted-in = These are quoted in this article; tap a name to read what was said:
how-to-quote = Write a name after the command, and a topic if you like: /quotes Kovač about the ferry.
unknown-person = I know of nothing that anyone named “{ $name }” said.
limited = Only from { $where }:
nobody =
    I searched { quotations }, and found { $form ->
        [who_did] nobody who did
        [about] nothing on that
       *[who_said] nobody who said that
    }.{ these-spoke }
nothing-by = I searched { quotations }, and in none of them does { $name } say that.{ these-spoke }
nobody-called = I searched { quotations }, and none is by anyone called “{ $name }”.{ these-spoke }
these-spoke =
    { $others ->
        [0] { "" }
       *[other] { " " }These spoke on the topic:
    }

## Thumbs

what-is-wrong = Noted. What is wrong with it?
reason-passage = Wrong passage
reason-person = Wrong person
reason-old = Out of date
reason-other = Nothing of these
send-to-mend = Also send my question, so that it can be mended
send-as-example = Also send my question, as a good example
sent = Thank you. Your question is kept with your thumb

## The bot itself

start = Ask me about the news in { articles }{ of-publishers }, and I answer with the very passage and a link that opens there. Two to try:
help =
    I search { articles }{ of-publishers }. Write a question as you would ask a colleague, and I quote the passage that answers, word for word, with its article. I never write a sentence about the news myself; when nothing answers, I say so.

    Ask what somebody said, or who said or criticised something, and I quote who did. Ask what happened with something, and I tell it from all articles that do.
help-ask = /ask QUESTION: the same in a group
help-quotes = /quotes NAME about TOPIC: what somebody said
help-summary = /summary: sums up the article of the answer that you reply to, or that you name
help-story = /story TOPIC: what is new, and how it came
help-latest = /latest: the newest articles
help-settings = /settings: language, time zone, how much is shown, publishers
help-privacy = /privacy: what I keep, and for how long
help-forget = /forget: delete what I keep of this chat
privacy =
    What I keep: this chat's number; your questions and what I showed for them, for { $hours ->
        [one] one hour
       *[other] { $hours } hours
    }, so that buttons and follow-ups work and no question gets lost (they are deleted within an hour after that, or as soon as I run again); your settings; when you last asked, and how often today; and your 👍 👎 with the reason you tap, without the question's words, to find out where I am wrong.

    Only where you tap “Also send my question” are its words kept with your thumb, until you or whoever runs me deletes them.

    I keep no names, no phone numbers, nothing about groups I am not asked in, and I pass nothing on: the search runs on the machine that runs me.

    /forget deletes everything of this chat at once; only whether you may use me, and how often you asked today, stays. Thumbs in backups that whoever runs me keeps elsewhere are theirs to delete.
forgot = Done. I deleted { $what }. Nothing that was asked or answered here is left in my files.
forgot-nothing = Done. There was nothing of this chat to delete.
questions =
    { $count ->
        [one] one question
       *[other] { $count } questions
    }
noted-answers =
    { $count ->
        [one] what I noted of one answer
       *[other] what I noted of { $count } answers
    }
thumbs =
    { $count ->
        [one] one thumb
       *[other] { $count } thumbs
    }
your-settings = your settings
other-notes =
    { $count ->
        [one] one other note
       *[other] { $count } other notes
    }
not-allowed = In a group, only its administrators may do that. In a private chat with me you decide for yourself.
unreadable = I read text and links. Write your question in words, please.
how-to-ask = Write your question after the command, like this: /ask Who opposed the plan?
empty = There are no articles here yet. Whoever runs this bot has yet to add some.
empty-admin =
    The archive is empty. On the machine I run on, add articles with
    byline add FOLDER, or a file, an article's address or a feed's address.
    I notice them within seconds, without a restart.
fault = Something broke. Your question is saved; tap to try again. (Reference { $reference })
fault-unsaved = Something broke, and I cannot save your question now. Tap to try again in a moment, or ask again. (Reference { $reference })
fault-pressed = Something broke. Tap again in a moment. (Reference { $reference })
uncertain = The connection broke while I was answering. If no answer stands above, tap to see it.
late =
    I was away when { $questions ->
        [one] your question
       *[other] your { $questions } questions
    } came, sorry. Ask again, and I answer at once.
busy =
    That was quick! I answer your question in { $seconds ->
        [one] a second
       *[other] { $seconds } seconds
    }.
in-line =
    { $count ->
        [one] One question comes before yours.
       *[other] { $count } questions come before yours.
    } I answer yours when it is its turn.
crowded =
    { $count ->
        [one] One question waits already
       *[other] { $count } questions wait already
    }, and I can take no more just now. Ask again in a few minutes.
in-crowd = I am still busy with your earlier messages, and can take no more before those are answered. Send this again then.

## The menu of commands

command-ask = Ask about the news
command-quotes = What somebody said
command-summary = Sum up an article: reply to an answer, or name it
command-story = What is new on a topic, and how it came
command-latest = The newest articles
command-help = What I can do
command-privacy = What I keep, and for how long
command-forget = Delete what I know of this chat

## Sharing, and the bot in other chats

share = Share
ask-more = Ask me more
inline-nothing = Nothing answers that; ask me directly
inline-unsure = None of these may answer it; ask me directly
inline-fault = Something broke; ask me directly
inline-empty = There are no articles here yet
inline-limit =
    Today’s questions are used up; more { $hours ->
        [one] within an hour
       *[other] in { $hours } hours
    }

## Who may ask, and how much

invited-only = This bot is by invitation; I have asked its owner. Your question is kept, and answered as soon as you are let in.
invited-unsaved = This bot is by invitation, and I cannot keep your question just now. Ask again later.
invited-waiting = That is kept too. The owner has not decided yet.
invited-later = This bot is by invitation, and too many ask for one just now. Nothing was kept; please ask again in an hour.
invited-in = The owner has let you in. Ask me about the news.
invited-declined = The owner has not let you in.
too-long = That has { $characters } characters, and I read questions of up to { $most }. Shorten it by editing your message, and I answer here.
day-limit =
    I answer up to { $most } questions a day, and you have asked them all. The next day begins { $hours ->
        [one] within an hour
       *[other] in { $hours } hours
    }; your question is kept, and the button asks it then.
day-limit-again = Kept for the next day.
day-limit-toast =
    Your questions for today are used up. It works { $hours ->
        [one] within an hour
       *[other] in { $hours } hours
    }.
ask-then = Ask it then

## Those who run the bot

admin-command-stats = How much the bot is used, and how well it answers
admin-command-health = How the bot is
admin-command-add = Add an article, or all of a feed: an address
admin-command-remove = Remove an article: its address or id
admin-command-block = Shut out a chat or a person: a number
admin-command-unblock = Let one in again
admin-command-broadcast = Write to all readers
admin-stats =
    Articles: { $articles }{ $shelved ->
        [0] { "" }
       *[other] {" "}and { $shelved } on readers’ shelves
    }
    Questions: { $asked-day } in 24 hours, { $asked-week } in 7 days
    Unanswered: { $missed-day } and { $missed-week }
    Median time: { $median-day } and { $median-week }
    95 in 100 within: { $slow-day } and { $slow-week }
    👍 👎: { $up-day } and { $down-day } in 24 hours, { $up-week } and { $down-week } in 7 days
    Readers: { $readers-day } in 24 hours, { $readers-week } in 7 days, { $readers } in all
    Groups: { $groups-day } in 24 hours, { $groups-week } in 7 days, { $groups } in all
admin-picture = Byline, the last { $days } days
admin-tile-articles = articles
admin-tile-questions = questions, 7 d
admin-tile-missed = unanswered, 7 d
admin-tile-median = median, 7 d
admin-tile-thumbs = up / down, 7 d
admin-legend-answered = answered
admin-legend-missed = unanswered
admin-health =
    Byline { $version }, up for { $up }
    Last update: { $last } ago
    Updates waiting or in hand: { $queue }
    Archive: { $articles } articles, { $passages } passages, revision { $revision }
    Databases: articles { $archive } MB, chats { $chats } MB
    Free on the disk: { $free } GB
    Model: { $model }
admin-health-poison =
    { $count ->
        [one] One update of the last day could not be read, and was set aside.
       *[other] { $count } updates of the last day could not be read, and were set aside.
    }
admin-poison = Telegram sent an update that cannot be read (number { $number }, { $kind }). It was set aside, and all others are answered. If your Bot API server is older than Byline, bring it up to date. /health counts such updates.
admin-no-problems = All is well.
admin-how-to-add = Write an address after the command: /add https://news.example/story, or a feed's.
admin-not-added = Nothing was added. { $reason }
admin-nothing-new = Nothing new at { $url }.
admin-added =
    { $new ->
        [one] Added one article
       *[other] Added { $new } articles
    }{ $changed ->
        [0] { "" }
        [one] , updated one
       *[other] , updated { $changed }
    }{ $known ->
        [0] { "" }
        [one] ; one was here already
       *[other] ; { $known } were here already
    }.
admin-unread =
    { $count ->
        [one] One could not be read:
       *[other] { $count } could not be read, such as:
    }
    { $reasons }
admin-cut =
    Who said what was looked for only in the first { $characters } characters of:
    { $names }
admin-how-to-remove = Write an article's address or id after the command: /remove https://news.example/story
admin-no-article = There is no article { $article }.
admin-really-remove = Remove this article for good?
admin-remove = Remove
admin-keep = Keep
admin-kept = Kept “{ $headline }”.
admin-removed = Removed “{ $headline }”.
admin-gone = That article is not here any more.
admin-how-to-block = Write the number of a chat or a person after the command: /block 123456789. Or reply with /block to what somebody writes in a group.
admin-how-to-unblock = Write the number of a chat or a person after the command: /unblock 123456789
admin-block-admin = That is an admin of this bot.
admin-block-anonymous = An administrator wrote that in the name of the group itself, and Telegram does not say who. /block { $id } would shut out the whole group.
admin-blocked = Blocked { $id }, and deleted what was known of it. /unblock { $id } takes that back.
admin-blocked-before = { $id } is blocked already.
admin-not-blocked = { $id } is not blocked.
admin-unblocked =
    { $access ->
        [invite] { $id } may ask to be let in again.
       *[open] { $id } may ask again.
    }
admin-asks-in = { $name } ({ $id }) asks to be let in.
admin-group-asks-in = The group “{ $name }” ({ $id }) asks to be let in.
admin-approve = Approve
admin-decline = Decline
admin-approved = Let { $id } in.
admin-declined = Declined { $id }. /unblock { $id } takes that back.
admin-decided = That was decided already
admin-how-to-broadcast = Write the message after the command: /broadcast There are new articles. It goes out as plain text.
admin-broadcast-long = That is too long for one message of { $most } characters.
admin-broadcast-preview =
    { $readers ->
        [0] Nobody has asked me anything yet, so nobody would get this.
        [one] One reader would get the message above.
       *[other] { $readers } readers would get the message above.
    }
admin-broadcast-send = Send it
admin-broadcast-cancel = Cancel
admin-broadcast-stop = Stop
admin-broadcast-busy = Another one is under way
admin-broadcast-cancelled = Sent to nobody.
admin-broadcast-sending = Sending: { $arrived } of { $readers } so far.
admin-broadcast-done = { $stopped ->
        [1] Stopped.
       *[0] Done.
    } { $arrived } of { $readers } readers have it{ $refused ->
        [0] { "" }
       *[other] ; { $refused } do not want messages from me
    }{ $begun ->
        [0] { "" }
       *[other] ; of { $begun } it is not certain
    }.

## Settings

settings =
    Settings of this chat:

    Language: { $language }{ settings-told }
    Time zone: { $timezone }, { $time } now
    Shown of a passage: { settings-shown }
    Publishers: { $publishers }
settings-told =
    { $told ->
        [0] { "" }
       *[other] , as Telegram says
    }
settings-shown =
    { $context ->
        [short] the sentence that answers
        [long] all of it
       *[normal] about 90 words
    }
settings-alike = all alike
settings-of-group = Only administrators of this group may change them.
settings-refused = Only administrators of this group may change its settings
settings-unknown = I know no such setting: { $typed }
settings-language = Which language shall I speak? Articles are quoted as they are printed. In words: /settings language de
settings-timezone = It is { $time } by the clocks of { $timezone }; “yesterday” and “this week” go by them. For another place, write its name: /settings timezone Asia/Kolkata
settings-context = How much of a passage shall I show? The rest is a button away. In words: /settings context short
settings-publishers = Tap a publisher to prefer it (★), again to leave it out (✕), and again for neither. Of several that answer as well, a preferred one comes first; one that is left out is never shown. In words: /settings prefer NAME, leave out NAME, allow NAME
menu-language = Language
menu-timezone = Time zone
menu-context = How much is shown
menu-publishers = Publishers
menu-all = All settings
as-telegram-says = As Telegram says
context-short = The sentence that answers
context-normal = About 90 words
context-long = The whole passage
all-alike = All alike again
saved = Saved
left-out =
    The settings of this chat leave out { $publishers ->
        [one] one publisher
       *[other] { $publishers } publishers
    }; the answer may be there: /settings
command-settings = Language, time zone, publishers

## Follow-ups, misspelt words, small talk

as-written = Exactly as written
did-you-mean = Did you mean { $word }?
search-for = Search for “{ $words }”
new-question = New question
taking = Taking it with: { $what }
searched-instead = Searched for { $meant } instead of { $typed }.
no-more = That is all I have on it. Ask for something else, or put it in other words.
hello = Hello.
welcome = You are welcome.
english-only = The articles are in English, and I understand questions in English only. Please write yours in English.
about-me = I am Byline, a program that searches articles. I am no person and no chatbot that makes up sentences: what I answer with stands word for word in an article, and I name the article.
what-i-know = I know { articles }{ of-publishers }, and nothing else. The newest:
chatter = I am here. Ask me about the news.

## Alerts and digests

command-alert = Be told when news of something comes
command-alerts = What I tell you of: list and change it
command-digest = The news of the day at an hour
help-alert = /alert TOPIC OR NAME: I write when a new article fits; also “in PUBLISHER”, “when SOMEBODY says something on it”
help-alerts = /alerts: what I tell you of, how much of it, and when I am silent
help-digest = /digest daily 08:00, perhaps with TOPICS: the news of the day at an hour
how-to-alert = Write what I shall tell you of behind the command: /alert ferry strike. Or only in one publication: /alert ferry strike in The Courier. Or only what somebody says: /alert ferry strike when the mayor says something on it
alert-made = I will write to this chat when a new article fits.
alert-known = I have that one already.
alert-line =
    { $wanted }: { $level ->
        [more] also what may fit
        [balanced] what likely fits
       *[fewer] only what surely fits
    }{ $paused ->
        [0] { "" }
       *[other] , at rest
    }
alert-levels = “Fewer” wants every word of it in the article; “more” goes by the meaning too. A 👎 below an alert makes it ask for more.
level-fewer = Fewer
level-balanced = Balanced
level-more = More
alert-pause = Let it rest
alert-resume = Go on
alert-stop = Stop this alert
alert-stricter = Only important
alert-speaker = whatever { $speaker } says
alert-topic-speaker = { $topic }, when { $speaker } says something on it
alert-publisher = { $wanted } (only in { $publisher })
alert-told =
    { $articles ->
        [one] New: { $wanted }
       *[other] { $articles } new articles: { $wanted }
    }
alert-in-doubt = The connection broke while I told you of something new: { $wanted }. It may not have arrived.
digest-in-doubt = The connection broke while I sent your digest. It may not have arrived.
alert-show = Show it
alert-stopped = Stopped
alert-stopped-before = That was stopped before
alert-stricter-now = From now on only what fits more surely
alert-disliked = Thank you, this alert asks for more from now on
alerts =
    { $alerts ->
        [0] You have no alert.
        [one] One alert:
       *[other] { $alerts } alerts:
    }
alerts-none = Nothing yet. I write when news comes with /alert ferry strike, and once a day with /digest daily 08:00
alerts-none-due = Nothing is due.
alerts-due = There is something new for you: /alerts due
alerts-too-many =
    { $most ->
        [one] One alert is all that a chat may have.
       *[other] { $most } alerts are all that a chat may have.
    } Stop one first.
alerts-quiet = Silent { $hours }
alerts-hours = When to be silent
alerts-all = All alerts
alerts-choose-hours = When shall alerts be silent, by the clocks of your time zone? What comes then is told when these hours end. In words: /alerts quiet 22:00-07:00
quiet-never = Never
how-to-digest = Write when the news of the day shall come: /digest daily 08:00. Or on what: /digest daily 08:00 ferries, housing. Or once a week: /digest weekly monday 08:00. To stop it: /digest off
digest-of-all =
    Digest { $weekly ->
        [0] every day
       *[other] every week on { $day }
    } at { $time }
digest-on =
    Digest { $weekly ->
        [0] every day
       *[other] every week on { $day }
    } at { $time }: { $topics }
digest-set = By the clocks of { $timezone }; for others: /settings timezone. It comes only where there is news.
digest-stop = Stop the digest
digest-stopped = Stopped. No digest comes any more.
digest-none = There is no digest to stop.
digest-told =
    { $day }: { $stories ->
        [one] one story
       *[other] { $stories } stories
    }
digest-told-on =
    { $day }: { $stories ->
        [one] one story
       *[other] { $stories } stories
    } on { $topics }
noted-alerts =
    { $count ->
        [one] one alert or digest
       *[other] { $count } alerts and digests
    }
admin-stats-alerts = Alerts: { $alerts } in { $chats } chats; digests: { $digests }; articles told in the last day: { $told }
privacy-alerts = Of alerts and digests I keep what you asked for, until you stop it, and for two weeks which articles I told you of, so that nothing comes twice.
## What readers hand in

keep = Keep
ask-about = Ask about it
for-everybody = For everybody
export = Export
keep-number = Keep { $number }
remove-number = Remove { $number }
as-article = Read it as an article
as-question = Answer it as a question
kept = Kept until you remove it
taken-off = Removed
handed-to-all = Everybody is answered from it now
handed-ask = Write your question: I look in this article first.
handed-doubt = Is this an article that I should read, or a question?
handed-kept = It lies on your shelf for { $days ->
        [one] one day
       *[other] { $days } days
    }, and only you are answered from it: /shelf
handed-kept-group = It lies on this group’s shelf for { $days ->
        [one] one day
       *[other] { $days } days
    }, and only this group is answered from it: /shelf
handed-foreign = It is not in English; I answer best about articles that are.
handed-reading = Reading …
handed-text = that text
handed-refused = I could not read { $what }: { $why }.
handed-paste = If you can see it, paste its text here.
handed-file-large = That file is larger than the { $most } MB that Telegram hands me. Send a smaller one.
cause-other = reading it failed
cause-no-article = there is no article in it
cause-list = it lists articles; send the address of one
cause-not-there = the page is not there
cause-no-answer = the site does not answer just now
cause-closed = the site shows it only to those who log in or pay
cause-robots = the site asks programs to leave it alone
cause-too-large = it is too large
cause-forbidden = I do not open addresses of that kind
shelf = On your shelf: { $articles ->
        [one] one article
       *[other] { $articles } articles
    }
shelf-empty = Nothing lies on your shelf. Send me the address of an article, its text or a file, and I answer you from it.
shelf-kept = kept until you remove it
shelf-until = until { $day }
shelf-full = Your shelf holds { $most } articles, and that is all it can. Remove some: /shelf
shelf-day-full = That is { $most } articles today, as many as I take in a day. Tomorrow there is room again.
shelf-articles = { $count ->
        [one] one article of your shelf
       *[other] { $count } articles of your shelf
    }
command-shelf = What you handed in
help-shelf = /shelf: the articles you handed in
privacy-shelf =
    What you hand me to read lies on this chat’s shelf for { $days ->
        [one] one day
       *[other] { $days } days
    }, or until you remove it; nobody else is answered from it.
## Feeds

corrected-on = corrected { $day }
gone-from-page = no longer on the publisher’s page
admin-command-follow = Follow a site or a feed: an address
admin-command-unfollow = Follow a feed no longer: its address
admin-command-feeds = How the followed feeds are
admin-how-to-follow = Write the address of a site or a feed after the command: /follow https://news.example
admin-followed = Following { $name } ({ $kind }). What it brings can be asked about within minutes. { $url }
admin-followed-before = { $name } ({ $kind }) was followed already. { $url }
admin-not-followed = Nothing is followed. { $reason }
admin-how-to-unfollow = Write the address of a feed after the command: /unfollow https://news.example/feed.xml
admin-unfollowed = { $name } is followed no longer. Its articles stay.
admin-no-feed = No feed is meant by { $feed }, or more than one; /feeds lists them.
admin-no-feeds = No feed is followed yet: /follow https://news.example
admin-feeds =
    { $feeds ->
        [one] One feed
       *[other] { $feeds } feeds
    }: { $well } well, { $new } new, { $failing } failing, { $paused } paused.
admin-more-feeds =
    { $feeds ->
        [one] And one more
       *[other] And { $feeds } more
    }; `byline feeds` lists all.
admin-feed-paused = { $name } is not asked any more: { $reason } /follow { $url } asks it again, /unfollow { $url } leaves it.
## Channels

admin-command-channels = Channels whose posts are taken in
admin-no-channels = No channels yet. Make me an administrator of one, without any right, and I take in its posts from then on. What was posted before comes with an export: byline add result.json
admin-channels = { $count ->
    [one] { $count } channel:
   *[other] { $count } channels:
}
admin-channel = • { $title }: { $taking ->
    [true] new posts are taken in
   *[false] stopped
}, { $open ->
    [true] for readers everywhere
   *[false] { $discussed ->
        [true] for its discussion group only
       *[false] for its discussion group only, and it has none
    }
}
admin-channel-unknown = That channel is not known any more
admin-channel-open = { $title }: for everybody
admin-channel-close = { $title }: for its group only
admin-channel-stop = Stop …
admin-channel-forget = Forget …
admin-channel-resume = Take in again
admin-channel-really-stop = Take in no more posts of “{ $title }”? What was taken in stays, unless I am to forget it.
admin-channel-stop-keep = Stop, keep its posts
admin-channel-stop-forget = Stop and forget its posts
admin-channel-back = Back
admin-channel-forgotten = { $count ->
    [one] Forgot the channel and { $count } article
   *[other] Forgot the channel and { $count } articles
}
admin-post-gone = The public page of this post says that the post is not there any more. Remove it here too?

## What another day said

also-otherwise = Also: { $day } said otherwise:

## Replicas

admin-health-replicas =
    { $replicas ->
        [one] One replica
       *[other] { $replicas } replicas
    }; this is { $replica }, { $leader } leads
admin-no-leader = nobody
admin-stats-sizes = Databases: articles { $archive } MB, chats { $chats } MB

## Database

privacy-database = All this lies in a database that several of my processes share. What is deleted is gone from it at once, for me and for everybody who asks it; its traces stay in that database’s files, logs and backups until they are overwritten. When that is, whoever runs me decides.
forgot-database = Done. I deleted { $what }. Nothing that was asked or answered here can be looked up any more; /privacy says how long traces of it may stay in my database.
## Rich replies

copy-citation = Copy citation
rich-off = Plain
menu-rich = Rich replies
settings-rich = Rich replies: { $rich ->
    [on] on
   *[off] off
}
rich-sample = This is how a rich answer looks: words from an article with their source, the rest of the passage to unfold, and buttons in the text. Some apps show nothing of it.
rich-can = I can read it
rich-empty = It is empty
rich-off-now = Plain messages from now on; /settings has rich ones
## Pages of our own

page-summary = In short
page-to-mark = To the marked passage
page-moved = The text was corrected since this link was made, so nothing is marked.
page-back = ‹ What comes before
page-on = What comes after ›
page-part = Part { $number } of { $count }
page-foot = Byline shows this text because it has no address of its own. It stands here as it was taken in.
page-foot-shelf = This text lies on a shelf. This link opens it for its reader until { $day }, { $time } UTC; do not pass it on.
page-gone-title = No longer here
page-gone = This text was removed, or is not for everybody. Nothing of it is kept on this page.
page-missing-title = No such page
page-missing = There is nothing at this address.
page-refused-title = This link does not open anything
page-refused = It has expired, or it was changed. Ask Byline again: its answer has a new link.
page-busy-title = One moment
page-busy = Too much is asked for at once. Try again in a minute.
page-fault-title = Something broke
page-fault = The page cannot be shown. Try again later.
page-asks-title = Opening …
page-asks = This text lies on a shelf, so Telegram has to say first who asks.
page-asks-plain = Where that does not work, open it from the chat with Byline.
page-asks-refused = Telegram did not say that you may read this. Close this window, and press the button in the chat again.
admin-command-newsroom = What readers ask and miss: a page
admin-newsroom = Newsroom
admin-newsroom-open = The newsroom: what is asked, what is not answered, thumbs down, feeds and alerts. The link works once, within five minutes.
admin-newsroom-button = Open the newsroom
admin-newsroom-off = There is no newsroom: BYLINE_PAGES_URL is not set (docs/pages.md).
admin-newsroom-enter = Enter
admin-newsroom-once = This works once. The page behind it is yours for an hour; do not pass its address on.
admin-newsroom-asked = What is asked
admin-newsroom-missed = What goes unanswered
admin-newsroom-down = Thumbs down
admin-newsroom-feeds = Feeds
admin-newsroom-alerts = Alerts
admin-newsroom-trace = Why a question is answered so
admin-newsroom-readers = readers, 7 days
admin-newsroom-told = Articles told of, by day
admin-newsroom-standing = { $alerts } alerts in { $chats } chats, { $digests } digests; articles told of by day:
admin-newsroom-hidden = The words of questions are not shown. BYLINE_NEWSROOM_QUESTIONS shows them for as long as they are kept, and tells readers so.
admin-newsroom-unsent = not sent along
admin-newsroom-none = None.
admin-newsroom-no = nothing
admin-newsroom-alike = { $count } alike
admin-newsroom-back = ‹ Newsroom
admin-newsroom-anew = Computed now, over the shared articles, as if nothing had been asked before.
admin-newsroom-nothing = Nothing can be searched for this.
admin-newsroom-read = What was understood
admin-newsroom-routes = Routes
admin-newsroom-hits = Passages
admin-newsroom-sure = Verdict: { $verdict }, probability { $confidence }, over { $articles } articles.
admin-newsroom-question = A question
admin-newsroom-explain = Explain
admin-newsroom-links = Links to shelves
admin-newsroom-may-end = If one got into wrong hands: end all that were sent so far, and all sessions here.
admin-newsroom-end = End all links
admin-newsroom-ended = All links that were sent so far, and this page, open nothing any more. New ones work within a minute; come in anew by /newsroom.
admin-column-question = Question
admin-column-answer = Answer
admin-column-verdict = Verdict
admin-column-asked = Asked
admin-column-reason = Reason
admin-column-rated = Rated
admin-column-feed = Feed
admin-column-state = State
admin-column-detail = Detail
admin-column-terms = Searched by
admin-column-unknown = In no article
admin-column-names = Names
admin-column-phrases = Quoted
admin-column-publishers = Publishers
admin-column-periods = Times
admin-column-people = People
admin-column-signs = Signs
admin-column-route = Route
admin-column-chance = Chance
admin-column-by-words = By its words
admin-column-by-finds = By what it finds
admin-column-evidence = Evidence
admin-column-shows = Shows
privacy-newsroom = Whoever runs me can read your questions during that time, without whose they are, to find out what my articles lack.
## Search that is down

search-down = Search is down just now. Your question is kept: the answer comes as soon as search is back.
search-down-again = Search is down just now. Please try again in a little while.

## Answers that only the asker sees

show-to-all = Show to all
shown-to-all = { $question } — asked by a member of this group
menu-audience = Who sees answers
audience-all = Everybody
audience-asker = Only who asks
settings-audience = Who sees answers to /ask in this group? With “Only who asks”, an answer goes to its asker alone, who can show it to all. Telegram does not promise that it arrives, and refuses it at times (I had better be an administrator here): then everybody sees the answer.

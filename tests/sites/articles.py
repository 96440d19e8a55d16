"""The hand-written articles and threads of the sample site.

The places, people and quotations are made up, but for the three status addresses of the lead article. Each article
is there for a form that WordPress sites use; `special` names it.
"""

import html
from datetime import timedelta

from .clock import utc
from .pieces import (
    Piece,
    bare_tweet,
    code,
    furniture,
    gallery,
    h,
    image,
    items,
    more,
    more_on_the_topic,
    nextpage,
    p,
    player,
    quote,
    raw,
    rtl,
    table,
    tweet_markup,
    tweet_quote,
    verse,
    video_file,
    youtube,
)  # fmt: skip
from .store import Author, Comment, Media, Post, Store, Term

LEAD = 4107
"""Id of the lead article."""

AUTHORS = (
    Author(1, "desk", "SouthFront Team"),
    Author(2, "mira", "Mira Halloway"),
    Author(3, "oneil", "Sean O'Neil"),
    Author(4, "ivanova", "Мария Иванова"),
    Author(12, "brook77", "Brook", "https://example.net/brook"),
    Author(13, "ferryman", "The Ferryman"),
)
TERMS = (
    Term(2, "category", "news", "News"),
    Term(3, "category", "world", "World News", 2),
    Term(4, "category", "americas", "Americas", 3),
    Term(5, "category", "analysis", "Analysis & Opinion"),
    Term(6, "category", "video", "Video"),
    Term(7, "category", "maps", "Military Maps"),
    Term(8, "category", "arabic", "العربية"),
    Term(21, "post_tag", "bridge", "bridge"),
    Term(22, "post_tag", "relief-convoy", "relief convoy"),
    Term(23, "post_tag", "river-sarvo", "River Sarvo"),
    Term(24, "post_tag", "diplomacy", "diplomacy"),
    Term(25, "post_tag", "grain", "grain"),
)
MEDIA = (
    Media(501, "/wp-content/uploads/2019/03/sarvo-bridge.jpg", "The bridge over the Sarvo at dusk"),
    Media(502, "/wp-content/uploads/2019/03/harbour.jpg", "", "The harbour in winter"),
)

_SUPPORT = furniture(
    '<div class="donate-block" style="text-align: center;"><a href="/donate/" target="_blank" rel="noopener"><img decoding="async" src="{site}/wp-content/uploads/2019/03/donate.jpg" alt="Support SouthFront" width="300" height="60" /></a>'
    "<p><strong>Support SouthFront</strong></p></div>",
    "Support SouthFront",
)

_LEAD_BODY = (
    _SUPPORT,
    image("sarvo-bridge", alt="The bridge over the Sarvo at dusk", caption="Bridge over the River Sarvo, seen from the northern bank.", click=True, number=501),
    p("A plan to force a relief convoy across the Sarvo bridge with the help of armed volunteers was dropped two days before it was due, three people who knew of it say."),
    p("About one hundred and eighty former border guards had gathered in a camp near the town of Velim, “cleaning their rifles and drawing arrows on a map of the toll station,” one of them recalls."),
    p("The government of the northern bank learned of the camp from a baker who had been asked for four hundred loaves. It sent two officers and a bus, and the camp was gone by the evening."),
    p("The volunteers were led by a retired colonel, Anselm Torrek, who left the south in 2014 and has since sold boats. They meant to push the southern guards off the bridge so that the lorries could roll."),
    p("The crossing never took place."),
    p("“Hardly a sack of flour got over the river that day, and the hope that the garrison would change sides has so far come to nothing. The whole affair shows that a push which was called unstoppable — by people far from the bridge — is growing louder rather than stronger.”"),
    p("The longer the quarrel over the toll station goes on, the greater is the danger that somebody fires first. The speaker of the rival assembly, Lena Corvu, has said more than once that “no door is closed.”"),
    p("“Her words were met with silence in three capitals, but one minister seemed to clap. The others let it be known that every option was still on the table, and that the table was in another room.”"),
    p("This account rests on talks with eleven officials and exiles from both banks, some of whom asked that their names be left out."),
    p("Colonel Torrek confirmed that there had been a plan and said he understood why the northern government had stopped it. The northern foreign office would not comment."),
    p("The ministers who drew up the policy on the south – those of trade, of transport and of the interior – go on as before: sanctions on Mondays, statements on Thursdays, and a daily promise that the end is near."),
    p("So far the only thing that has ended is the supply of yellow paint for the arrows."),
    p("Other parts of the plan have fared no better. A motion for new elections failed in the river commission by two votes, and when the speaker called on the chairman he is said to have complained, at length, that “tens of thousands” of people had been promised at the bridge and some four hundred came."),
    p("She had also wanted to travel on to the coast, but her hosts told her to go home before her seat in the assembly grew cold."),
    p("“People at the ministry worry that the northern bank, which has hardly got over its own long troubles, would pay first. The number of those who crossed because of hunger or the price of bread may grow from 340,000 to half a million by the end of the year. Most of them will stay in Velim.”"),
    p("The ministry also says that smugglers use the quarrel, and that the farmers’ new crops are burned less often than they were. A neighbour to the east fears the same, being busy “with a harvest and an election of its own.”"),
    p("No step towards a crossing by force has been taken in public since."),
    p("“Those who are against it say it’d take more boats than the river holds and more money than the bridge cost. But as the weeks pass, and as guards by the dozen walk over to the north, the talk of a small and quick operation goes on behind closed doors.”"),
    p("Ilse Maron, who teaches the history of rivers at the university of Velim and advises the commission, compares the case with two others of the last century. Both ended, she says, with engineers rather than with soldiers."),
    p("“What I am saying is that everybody waited too long, twice,” Maron said. “The towns on the river have to take this up themselves. We are past the age of the gunboat. This is the largest movement of people on the Sarvo since there are records, and we should talk about all of it without prejudice.” She added that this was her own view and not the commission’s."),
    p("The southern governor has proved hard to move; he learned that, a diplomat says, from the ferrymen."),
    p("“Pressure from outside may well make him stronger, at least until the summer."),
    p("“I have never slept better,” the governor said in a speech on the day his guards closed the bridge. He kept his hardest words for the convoy, which he called a parade with bread in it. “We were here before the bridge, and we shall be here when it is rust.”"),
    p("The same diplomat thinks that the plan was always to wait for a mistake. An arrest of the speaker would have been one."),
    p("“The towns have said in public that they want no crossing by force. But several people on both banks said that two of them are worried enough to be tempted by something quick, if nothing changes by the spring.”"),
    p("Rows over envoys are nothing new in such weeks. On March 6th, 2019 Venezuela told the German ambassador that he was no longer welcome, and how it was said is still to be seen."),
    bare_tweet("https://twitter.com/MFAVenezuela/status/1103483853686165505", "1103483853686165505", "MFAVenezuela"),
    p("The ambassador had been one of several diplomats who went to an airport to greet a traveller. The note gave him forty-eight hours."),
    p("His own ministry answered on the same day, and in fewer words."),
    bare_tweet("https://twitter.com/GermanyDiplo/status/1103356574771437568", "1103356574771437568", "GermanyDiplo"),
    p("“It does not help, and it is hard to understand,” an official said then; the embassy had been rather more hopeful at the beginning of that week."),
    bare_tweet("https://twitter.com/AlemaniaVzla/status/1102751547249909761", "1102751547249909761", "AlemaniaVzla"),
    p("On the Sarvo nobody has been sent home yet. But a reporter of the Velim Courier, Tom Askill, was held for a night along with his driver on March 5th, and his paper calls that part of “a habit that is getting worse.”"),
    p("Askill is to leave the south by the weekend. If that is a habit, it is still a milder one than some that the same ministers have found no words for."),
    more_on_the_topic(
        ("/grain-ships-wait-off-the-bar/", "Grain Ships Wait Off The Bar"),
        ("/what-the-toll-station-earns/", "What The Toll Station Earns"),
        ("/in-pictures-winter-on-the-quay/", "In Pictures: Winter On The Quay"),
    ),
    furniture('<p style="text-align: center;"><a href="/donate/"><strong>Support SouthFront</strong></a></p>', "Support SouthFront"),
)  # fmt: skip

_LEAD_THREAD: tuple[tuple[int, int, str, str, int, int], ...] = (
    # number, number of the comment it answers (0: none), author, text, likes, dislikes
    (1, 0, "Old Pilot", "I have crossed that bridge every week for thirty years and nobody ever asked me for a map.", 14, 1),
    (2, 1, "Brook", "Then you were lucky. They asked me twice last month.", 5, 0),
    (3, 2, "Old Pilot", "Twice? On which bank?", 2, 0),
    (4, 3, "Brook", "North, both times. South side was asleep.", 6, 1),
    (5, 4, "Old Pilot", "That figures.", 3, 0),
    (6, 5, "Lantern", "It always does.", 1, 0),
    (7, 0, "Joan of Velim", "Four hundred loaves! My cousin is that baker.\n\nHe still has not been paid.", 22, 0),
    (8, 7, "The Ferryman", "Tell him to send the bill to the colonel.", 9, 0),
    (9, 0, "x-ray", "Sold boats since 2014, and now needs a bridge? Somebody explain.", 11, 3),
    (10, 9, "Mike & Mary", "Boats do not carry lorries, friend.", 4, 0),
    (11, 0, "Quill", "The full minutes are here: https://example.com/minutes/2019?page=2&part=b worth an hour of your time.", 7, 0),
    (12, 0, "أبو محمد", "الجسر للجميع.", 3, 1),
    (13, 0, "Cautious Reader", "I would wait for a second source.", 2, 6),
    (14, 13, "Quill", "There are eleven. It says so in the text.", 8, 1),
    (15, 14, "Cautious Reader", "Eleven people without names is one source eleven times.", 4, 7),
    (16, 0, "Night Owl", "Somebody posted the note at the time: https://twitter.com/MFAVenezuela/status/1103483853686165505", 1, 0),
    (17, 0, "Lantern", "Photographs from the camp, for what they are worth.", 12, 0),
    (18, 17, "Joan of Velim", "That is not Velim. The church is on the wrong side.", 6, 0),
    (19, 0, "", "No name, no rank, no bread.", 0, 0),
    (20, 0, "Sergei П.", "Мост стоит, и слава богу.", 5, 2),
    (21, 20, "Old Pilot", "Agreed, if the machine translated it right.", 1, 0),
    (22, 0, "Engineer (ret.)", "Load limit is 28 t. Three lorries at once and you have a different story. See <em>chapter 4</em> of the survey.", 17, 0),
    (23, 22, "x-ray", "28 metric or 28 of ours?", 0, 0),
    (24, 23, "Engineer (ret.)", "Metric.\nAlways metric.", 5, 0),
    (25, 0, "The Ferryman", "My prices stay as they are.", 19, 2),
    (26, 0, "Quiet One", "Thank you for writing this.", 3, 0),
)  # fmt: skip
_COMMENTERS = {"Brook": 12, "The Ferryman": 13}


def _lead_comments() -> list[Comment]:
    first, base = utc("2019-03-07 12:47:11"), 6400
    comments = []
    for number, parent, author, text, likes, dislikes in _LEAD_THREAD:
        content = text if "<em>" in text else html.escape(text, quote=False)
        comments.append(
            Comment(
                base + number,
                LEAD,
                author,
                first + timedelta(minutes=37 * number, seconds=11 * number % 60),
                content,
                parent=base + parent if parent else 0,
                likes=likes,
                dislikes=dislikes,
                user=_COMMENTERS.get(author, 0),
                author_url="https://example.net/brook" if author == "Brook" else "",
            )
        )
    comments[14].edited = first + timedelta(days=1)
    comments[16].images = ("/wp-content/uploads/2019/03/camp-1.jpg", "/wp-content/uploads/2019/03/camp-2.jpg")
    return comments


_TWEET_FORMS = (
    p("Every way in which a status can stand in an article, one after another."),
    bare_tweet("https://twitter.com/river_watch/status/1103000000000000101", "1103000000000000101", "river_watch"),
    bare_tweet("https://mobile.twitter.com/river_watch/status/1103000000000000202?s=20", "1103000000000000202", "river_watch"),
    bare_tweet("https://www.twitter.com/river_watch/statuses/1103000000000000303", "1103000000000000303", "river_watch"),
    bare_tweet("https://x.com/river_watch/status/1803000000000000404/photo/1", "1803000000000000404", "river_watch"),
    bare_tweet("https://twitter.com/river_watch/status/1103000000000000505?s=20&t=AbCdEf", "1103000000000000505", "river_watch"),
    bare_tweet("https://twitter.com/i/web/status/1103000000000000606", "1103000000000000606", None),
    tweet_quote("1103000000000000707", "river_watch", "River Watch", 'Water at the bridge is at 3.1 m. <a href="https://t.co/AbCdEfGhIj">https://t.co/AbCdEfGhIj</a>', "March 5, 2019"),
    tweet_quote("1103000000000000808", "quay_cam", "Quay Cam", "Live from the quay.", "March 5, 2019", css="twitter-video"),
    tweet_markup("blockquote", '<blockquote class="twitter-tweet"><a href="https://twitter.com/quay_cam/status/1103000000000000909"></a></blockquote>', "1103000000000000909", "quay_cam"),
    tweet_markup("blockquote", '<blockquote class="twitter-tweet tw-align-center" data-media-max-width="560"><p lang="de" dir="ltr">Guten Abend vom Kai.</p>\n<p>&mdash; Quay Cam (@quay_cam) <a href="https://twitter.com/quay_cam/status/1103000000000001010?ref_src=twsrc%5Etfw">5. März 2019</a></p></blockquote>', "1103000000000001010", "quay_cam"),
    tweet_markup("iframe", '<div class="twitter-tweet twitter-tweet-rendered"><iframe src="https://platform.twitter.com/embed/Tweet.html?dnt=false&amp;id=1103000000000001111&amp;lang=en" data-tweet-id="1103000000000001111"></iframe></div>', "1103000000000001111", None),
    tweet_markup("widget", '<twitter-widget class="twitter-tweet-rendered" data-tweet-id="1103000000000001212"></twitter-widget>', "1103000000000001212", None),
    tweet_markup("amp", '<amp-twitter width="375" height="472" layout="responsive" data-tweetid="1103000000000001313"></amp-twitter>', "1103000000000001313", None),
    tweet_markup("link", '<p><a href="https://twitter.com/quay_cam/status/1103000000000001414">https://twitter.com/quay_cam/status/1103000000000001414</a></p>', "1103000000000001414", "quay_cam"),
    tweet_markup("shortcode", "<p>[tweet https://twitter.com/quay_cam/status/1103000000000001515]</p>", "1103000000000001515", "quay_cam"),
    p('The harbour master <a href="https://twitter.com/harbour_desk/status/1103000000000001616">said as much</a> on the same evening.'),
    furniture('<div class="share"><a class="twitter-share-button" href="https://twitter.com/intent/tweet?text=Every+way&amp;url=https%3A%2F%2Fexample.com">Tweet</a> <a class="twitter-timeline" href="https://twitter.com/quay_cam">Posts by quay_cam</a></div>', "Posts by quay_cam"),
    p("That is all of them."),
)  # fmt: skip


def _plain(post: int, slug: str, title: str, when: str, *body: Piece, **more_fields: object) -> Post:
    date = utc(when)
    fields: dict = {"modified": date, "categories": (2,), **more_fields}
    return Post(post, slug, title, body, date, **fields)


def posts() -> list[Post]:
    """The hand-written articles, those that nobody may read among them."""
    return [
        Post(
            LEAD, "plan-to-force-the-sarvo-bridge-loses-its-momentum", "Plan To Force The Sarvo Bridge Loses Its Momentum", _LEAD_BODY,
            utc("2019-03-07 12:41:00"), utc("2019-03-07 13:02:11"), categories=(4, 2, 3), tags=(21, 22, 23, 24), featured=501, special=("lead",),
        ),
        _plain(4001, "first-of-all", "First Of All", "2014-06-02 04:30:00", p("The first article of this site is short, and old."), p("It has stood here since the summer of 2014."), special=("old",)),
        _plain(
            4010, "grain-ships-wait-off-the-bar", "Grain Ships Wait Off The Bar", "2019-02-26 09:15:20",
            p("Nine ships lie off the bar with wheat for the southern mills, and none has been given a berth."),
            h(2, "What the port says"), p("The port speaks of <em>a matter of depth</em>: the dredger has been in dock since autumn."),
            items("Two ships from the coast", "Four under <a href=\"https://example.org/flags\">flags of convenience</a>", "Three that nobody will name"),
            h(3, "What the captains say"), quote("We have waited for worse things.", "But seldom for so long.", cite="Captain Ada Brandt"),
            items("Unload at night", "Unload at sea", "Go home", ordered=True), p("A decision is due on Friday."),
            author=2, categories=(2, 5), tags=(25,), editor="blocks", special=("blocks", "lists"), subtitle="Nine captains, one berth, no dredger",
            excerpt="Nine ships with wheat lie off the bar & wait for a berth.", modified=utc("2019-02-27 06:00:00"),
        ),
        _plain(
            4011, "what-the-toll-station-earns", "What The Toll Station Earns", "2019-01-15 22:30:00",
            p("The books of the toll station were laid open for the first time."),
            table(("Month", "Lorries", "Takings"), ("October", "1,204", "36,120"), ("November", "988", "29,640"), ("December", "12", "360"), caption="Takings at the northern gate"),
            p("December is not a misprint."), code("total = october + november + december\nprint(total)\n    # 66,120"),
            p("The sum is checked by hand every year."), author=3, categories=(5,), editor="blocks", special=("table", "code"),
        ),
        _plain(
            4012, "what-the-ledger-shows", "What The Ledger Shows", "2018-07-03 10:00:00",
            p("An older ledger, in the older editor."), table(("Year", "Carts"), ("1911", "88"), ("1912", "91")), code("a\n  b\n    c"),
            verse("The river goes as rivers go,\nit carries what it can,\nand what it leaves behind we know\nwas never meant for man."),
            p("The last line is in another hand."), special=("classic-forms", "poem"),
        ),
        _plain(
            4013, "in-pictures-winter-on-the-quay", "In Pictures: Winter On The Quay", "2019-01-20 06:45:00",
            p("Our photographer walked the quay for a week."), gallery(("quay-1", "Ice on the bollards"), ("quay-2", "The last ferry"), ("quay-3", "")),
            image("quay-4", alt="A lamp", caption="The lamp at pier four", credit="Photo: N. Ferrand", number=514), image("quay-5", alt="Gulls", number=515, lazy=True),
            p("She would like her gloves back."), author=2, categories=(2,), editor="blocks", featured=502, special=("gallery", "credit", "lazy"),
        ),
        _plain(
            4014, "the-quay-in-the-old-days", "The Quay In The Old Days", "2016-11-11 11:11:11",
            p("Pictures from a drawer."), gallery(("old-1", "Steam"), ("old-2", "Rope")), image("old-3", caption="", click=True, number=523),
            image("old-4", caption="The crane, before it fell", click=True, number=524), p("The drawer is empty now."), special=("classic-gallery", "click-captions"),
        ),
        _plain(4015, "every-way-to-embed-a-status", "Every Way To Embed A Status", "2019-03-06 08:00:00", *_TWEET_FORMS, special=("tweet-forms",)),
        _plain(
            4016, "statuses-in-blocks", "Statuses In Blocks", "2019-03-06 09:00:00", p("The same, by the block editor."),
            bare_tweet("https://twitter.com/river_watch/status/1103000000000002121", "1103000000000002121", "river_watch"),
            tweet_quote("1103000000000002222", "river_watch", "River Watch", "The gauge is frozen.", "March 6, 2019"), p("Nothing else happened."), editor="blocks", special=("tweet-blocks",),
        ),
        _plain(
            4017, "two-hours-at-the-lock", "In Video: Two Hours At The Lock", "2018-12-01 18:20:00", p("The whole passage, unedited."), youtube("aBcDeFgHiJk"),
            player("https://rumble.com/embed/v1abcd/", "rumble"), player("https://player.vimeo.com/video/123456789", "vimeo"), video_file("lock", "The gate opens"),
            p("There is no sound in the second half."), categories=(6,), editor="blocks", special=("videos",),
        ),
        _plain(
            4018, "the-long-way-round", "The Long Way Round", "2017-05-05 05:05:05", p("First leg: from the bridge to the mill."), p("It takes a day."), nextpage(),
            p("Second leg: from the mill to the marsh."), image("marsh", caption="The marsh road", number=531), nextpage(), p("Third leg: home again."), p("Nobody met us."),
            # With the block editor: a theme of blocks shows no links to the further pages of a classic post.
            editor="blocks", special=("nextpage",),
        ),
        _plain(4019, "minutes-of-the-closed-session", "Minutes Of The Closed Session", "2018-03-03 03:03:03", p("These words are for members alone."), password="sesame", special=("password",)),
        _plain(4020, "for-editors-only", "For Editors Only", "2018-04-04 04:04:04", p("A private note that no reader may see."), status="private", special=("private",)),
        _plain(4021, "half-a-thought", "Half A Thought", "2018-05-05 05:05:05", p("A draft that is not finished and must not be seen."), status="draft", special=("draft",)),
        _plain(4041, "with-the-editor", "With The Editor", "2018-05-06 05:05:05", p("A text that waits for its editor and must not be seen."), status="pending", special=("pending",)),
        _plain(4022, "not-before-its-time", "Not Before Its Time", "2099-01-01 00:00:00", p("Tomorrow’s news, which must not be seen today."), status="future", special=("future",)),
        _plain(4023, "4023-2", "", "2018-06-06 06:06:06", p("An article whose author forgot the title."), special=("empty-title",)),
        _plain(4024, "a-title-and-nothing-else", "A Title And Nothing Else", "2018-07-07 07:07:07", special=("empty-body",)),
        _plain(
            4025, "الجسر-والنهر", "الجسر والنهر", "2018-08-08 08:08:08", rtl("يقف الجسر منذ مئة عام فوق النهر."), rtl("وقال المهندس: «لا خوف على الحجر، بل على <b>الناس</b>»."),
            rtl("The ferry (رقم 7) لا تعمل يوم الجمعة."), author=2, categories=(8,), language="ar", special=("rtl",),
        ),
        _plain(4026, "мост-закрыт-до-весны", "Мост закрыт до весны", "2018-09-09 21:59:59", p("Мост закрыли на ремонт до весны."), p("Паромщики довольны: «Цены прежние»."), author=4, language="ru-RU", special=("cyrillic",)),
        _plain(4027, "closed-with-comments", "Discussion Closed: The Ferry Tariff", "2017-01-10 12:00:00", p("The tariff has been settled."), comments_open=False, special=("closed-with-comments",)),
        _plain(4028, "closed-without-comments", "Notice Of Works", "2017-02-10 12:00:00", p("Works begin on Monday."), comments_open=False, pings_open=False, special=("closed-none",)),
        _plain(4029, "a-word-that-was-linked", "A Word That Was Linked Around", "2017-03-10 12:00:00", p("Other sites have pointed here."), special=("pingbacks",)),
        _plain(
            4030, "start-here", "Start Here", "2019-03-01 08:00:00", p("What this site is about."), more(), p("And what it is not about: the weather, mostly."),
            sticky=True, special=("sticky", "more"),
        ),
        _plain(4031, "a-quarrel-and-its-gaps", "A Quarrel And Its Gaps", "2018-10-10 10:10:10", p("Some of what was said below has been taken away."), special=("orphans",)),
        _plain(4032, "how-deep-is-the-sarvo", "How Deep Is The Sarvo?", "2018-11-11 11:11:11", p("Nobody agrees."), special=("deep",)),
        _plain(4033, "the-great-ferry-debate", "The Great Ferry Debate", "2018-02-14 19:00:00", p("Have your say below."), p("Please keep it short."), author=3, special=("long-thread",)),
        _plain(
            4034, "convoy-turned-back-at-the-gate", "Convoy Turned Back At The Gate", "2019-02-23 17:00:00", p("A convoy of nine lorries was turned back at the northern gate on Saturday evening."),
            p("The drivers spent the night in the station hall, where the mayor of Velim brought them soup and blankets."), p("They mean to try again when the fog has lifted and the papers are in order."),
            p("Nobody was hurt, and nothing was taken from the lorries while they stood at the gate."), categories=(2, 4), tags=(22,), special=("near-duplicate-of", "original"),
        ),
        _plain(
            4035, "update-convoy-turned-back", "Update: Convoy Turned Back", "2019-02-24 07:30:00", p("A convoy of nine lorries was turned back at the northern gate on Saturday evening."),
            p("The drivers spent the night in the station hall, where the mayor of Velim brought them soup and blankets."), p("They mean to try again when the fog has lifted and the papers are in order."),
            p("Nobody was hurt, and nothing was taken from the lorries while they stood there."), categories=(2, 4), tags=(22,), special=("near-duplicate",),
        ),
        _plain(
            4036, "salt-pepper-and-quotes", "Salt &amp; Pepper: What&#8217;s Next? &#8220;100%&#8221; &lt;Exclusive&gt;", "2018-12-24 23:30:00",
            raw("<p>The mill&amp;rsquo;s owner calls it &amp;quot;a quiet year&amp;quot; &amp;amp; means it.</p>", 'The mill’s owner calls it "a quiet year" & means it.'),
            p("Soft&shy;hyphens, thin&thinsp;spaces, H<sub>2</sub>O, m<sup>2</sup> and a 🌊."), raw('<p>Ruby: <ruby>川<rp>(</rp><rt>かわ</rt><rp>)</rp></ruby>.</p>', "川"), special=("entities",),
        ),
        _plain(
            4037, "shortcodes-left-behind", "Shortcodes Left Behind", "2016-02-29 12:00:00", p("A plugin was removed years ago."),
            raw('<p>[caption id="x" width="300"]A caption nobody renders[/caption]</p>'), raw("<p>[su_button url=&#8221;/donate/&#8221;]Donate now[/su_button]</p>"), p("What it left behind stands between these lines."),
            special=("shortcodes",),
        ),
        _plain(
            4038, "a-page-with-company", "A Page With Company", "2017-08-20 09:00:00", p("Plugins have written into this article."),
            furniture('<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="https://www.facebook.com/sharer.php?u=x" class="share-facebook">Facebook</a></li></ul></div>', "Share this:", "Facebook"),
            p("They mean well."), furniture('<div id="jp-relatedposts" class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>Related</em></h3><a href="{site}/first-of-all/">First Of All</a></div>', "Related", "First Of All"),
            special=("plugins",),
        ),
        _plain(4039, "words-held-back", "Words Held Back", "2018-01-30 10:00:00", p("Nothing that was said below has been let through."), special=("hidden-comments",)),
        _plain(4040, "imported-from-the-old-board", "Imported From The Old Board", "2015-10-10 10:10:10", p("The comments came from another system, in no good order."), special=("imported",)),
    ]  # fmt: skip


def _thread(post: int, first_id: int, start: str, rows: list[tuple[int, int, str, str]]) -> list[Comment]:
    """Comments an hour apart: (number, number answered or 0, author, text)."""
    begin = utc(start)
    return [
        Comment(
            first_id + number, post, author, begin + timedelta(hours=number), html.escape(text, quote=False),
            parent=first_id + parent if parent else 0,
        )
        for number, parent, author, text in rows
    ]  # fmt: skip


def long_thread(post: int, first_id: int, start: str, count: int) -> list[Comment]:
    """A thread of `count` comments in which two of three are roots, the rest answers at every depth up to four."""
    names = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel")
    rows, last = [], [0]
    for number in range(1, count + 1):
        if number % 3:
            parent, last = 0, [number]
        else:
            parent = last[-1] if number % 2 or len(last) < 2 else last[-2]
            last = [*last[-3:], number]
        said = f"Point {number}: the ferry should leave {('at six', 'at seven', 'when it is full', 'whenever it likes')[number % 4]}."
        rows.append((number, parent, names[number % len(names)], said))
    comments = _thread(post, first_id, start, rows)
    for number, one in enumerate(comments):
        one.likes, one.dislikes = number * 7 % 19, number * 5 % 4
    return comments


def comments() -> list[Comment]:
    """The threads of the hand-written articles; some of their comments were never let through."""
    found = _lead_comments()
    found += long_thread(4033, 7000, "2018-02-14 20:00:00", 161)
    deep = [
        (number, number - 1, ("Tick", "Tock")[number % 2], f"{'No' if number % 2 else 'Yes'}, {number} fathoms.")
        for number in range(1, 13)
    ]
    found += _thread(4032, 7300, "2018-11-11 12:00:00", deep)
    gaps = _thread(
        4031,
        7400,
        "2018-10-10 11:00:00",
        [
            (1, 0, "Ash", "I stay."),
            (2, 0, "Bay", "I was removed."),
            (3, 2, "Cob", "I answer what is gone."),
            (4, 3, "Dew", "And I answer that."),
            (5, 1, "Elk", "And I you."),
        ],
    )
    gaps[1].status = "trash"
    found += gaps
    found += _thread(
        4027,
        7500,
        "2017-01-10 13:00:00",
        [(1, 0, "Ash", "Too dear."), (2, 1, "Bay", "Too cheap."), (3, 0, "Cob", "Just right.")],
    )
    linked = _thread(
        4029,
        7600,
        "2017-03-10 13:00:00",
        [
            (1, 0, "Ash", "Well said."),
            (2, 0, "The Other Paper", "[&#8230;] a word that was linked [&#8230;]"),
            (3, 0, "An Old Blog", "[&#8230;] around [&#8230;]"),
        ],
    )
    for one, kind in ((linked[1], "pingback"), (linked[2], "trackback")):
        one.type, one.author_url, one.content = kind, "https://example.org/elsewhere", html.unescape(one.content)  # type: ignore[assignment]
    found += linked
    found += _thread(
        4019, 7700, "2018-03-03 04:00:00", [(1, 0, "Member", "Words under a password, which must not be seen.")]
    )
    found += _thread(
        4020, 7750, "2018-04-04 05:00:00", [(1, 0, "Editor", "Words on a private note, which must not be seen.")]
    )
    held = _thread(
        4039,
        7800,
        "2018-01-30 11:00:00",
        [
            (1, 0, "Ash", "Waiting for a moderator, must not be seen."),
            (2, 0, "Pills", "Cheap offers, must not be seen."),
        ],
    )
    held[0].status, held[1].status = "hold", "spam"
    found += held
    # Of the imported ones the later was given the lower id.
    imported = [
        (number, 0 if number % 4 else max(number - 3, 1), f"Import {number}", f"Line {number} of the old board.")
        for number in range(1, 13)
    ]
    found += [
        Comment(
            7960 - one.id + 7900,
            one.post,
            one.author,
            one.date,
            one.content,
            parent=7960 - one.parent + 7900 if one.parent else 0,
        )
        for one in _thread(4040, 7900, "2015-10-10 11:00:00", imported)
    ]
    found += _thread(
        4010, 8000, "2019-02-26 10:00:00", [(1, 0, "Ash", "Wheat or barley?"), (2, 1, "Bay", "Wheat. It says so.")]
    )
    pinned = _thread(
        4030,
        8100,
        "2019-03-01 09:00:00",
        [(1, 0, "Ash", "Glad to be here."), (2, 0, "Brook", "Read this first."), (3, 2, "Cob", "I did.")],
    )
    pinned[1].type = "wpdiscuz_sticky"
    pinned[1].user = 12
    pinned[0].closed = True
    found += pinned
    return found


def fill(store: Store) -> None:
    """Puts all of it into a store."""
    store.add(*AUTHORS, *TERMS, *MEDIA, *posts(), *comments())

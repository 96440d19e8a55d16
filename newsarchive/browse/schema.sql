-- What an archive last read of everything, and every revision it kept. Lists and objects are JSON.
CREATE TABLE articles (
    id TEXT PRIMARY KEY, site TEXT, url TEXT, title TEXT, subtitle TEXT, authors TEXT, published_at TEXT, modified_at TEXT,
    language TEXT, categories TEXT, tags TEXT, description TEXT, text TEXT, word_count INTEGER, images TEXT, videos TEXT,
    links TEXT, related TEXT, blocks TEXT, comment_count INTEGER, comments_open INTEGER, gone_status INTEGER, gone_at TEXT,
    near_duplicate_of TEXT, similarity REAL, revision INTEGER, fetched_at TEXT, source TEXT, content_hash TEXT
);
CREATE TABLE threads (
    id TEXT PRIMARY KEY REFERENCES articles (id), site TEXT, url TEXT, declared_count INTEGER, count INTEGER, complete INTEGER,
    missing_count INTEGER, missing_reason TEXT, revision INTEGER, fetched_at TEXT, source TEXT
);
-- A comment that a later reading of its thread has no more is kept; its revision is then less than the thread's.
CREATE TABLE comments (
    article_id TEXT REFERENCES articles (id), id TEXT, parent_id TEXT, depth INTEGER, position INTEGER, author TEXT,
    author_url TEXT, posted_at TEXT, text TEXT, votes INTEGER, likes INTEGER, dislikes INTEGER, edited INTEGER, pinned INTEGER,
    kind TEXT, images TEXT, links TEXT, url TEXT, site TEXT, revision INTEGER, PRIMARY KEY (article_id, id)
);
-- The words a comment had before, with the last revision of its thread that had them.
CREATE TABLE earlier_comments (article_id TEXT REFERENCES articles (id), id TEXT, revision INTEGER, author TEXT, text TEXT);
CREATE TRIGGER comment_edited BEFORE UPDATE ON comments WHEN old.text IS NOT new.text BEGIN
    INSERT INTO earlier_comments VALUES (old.article_id, old.id, old.revision, old.author, old.text);
END;
CREATE TABLE tweets (
    id TEXT PRIMARY KEY, url TEXT, handle TEXT, author_name TEXT, created_at TEXT, created_at_source TEXT, text TEXT,
    text_truncated INTEGER, language TEXT, media TEXT, quoted_id TEXT, replied_to_id TEXT, metrics TEXT, state TEXT,
    state_checked_at TEXT, evidence TEXT, resolver TEXT, known_at TEXT
);
-- Where tweets are referred to; comment_id is NULL for the article itself, tweet_id for a reference without an id.
CREATE TABLE tweet_references (
    article_id TEXT REFERENCES articles (id), comment_id TEXT, position INTEGER, tweet_id TEXT REFERENCES tweets (id),
    locator TEXT, form TEXT, kind TEXT, revision INTEGER
);
CREATE TABLE revisions (
    type TEXT, id TEXT, revision INTEGER, fetched_at TEXT, source TEXT, content_hash TEXT, previous_hash TEXT, silent INTEGER,
    title TEXT, text TEXT, added TEXT, edited TEXT, removed TEXT, state TEXT, PRIMARY KEY (type, id, revision)
);

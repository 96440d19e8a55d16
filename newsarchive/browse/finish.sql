-- References of revisions that a later one took the place of.
DELETE FROM tweet_references WHERE revision < CASE
    WHEN comment_id IS NULL THEN (SELECT revision FROM articles WHERE id = article_id)
    ELSE (SELECT revision FROM comments WHERE comments.article_id = tweet_references.article_id AND comments.id = comment_id)
END;
CREATE INDEX articles_published_at ON articles (published_at DESC, id);
CREATE INDEX articles_site ON articles (site, published_at DESC, id);
CREATE INDEX earlier_comments_article ON earlier_comments (article_id);
CREATE INDEX comments_position ON comments (article_id, position);
CREATE INDEX tweet_references_article ON tweet_references (article_id);
CREATE INDEX tweet_references_tweet ON tweet_references (tweet_id);
CREATE INDEX revisions_id ON revisions (id);
CREATE VIRTUAL TABLE articles_fts USING fts5 (title, subtitle, text, authors, tags, content="articles", tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE comments_fts USING fts5 (text, author, content="comments", tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE tweets_fts USING fts5 (text, handle, author_name, content="tweets", tokenize='unicode61 remove_diacritics 2');
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
INSERT INTO comments_fts (comments_fts) VALUES ('rebuild');
INSERT INTO tweets_fts (tweets_fts) VALUES ('rebuild');
-- What the front page says: to count a large archive takes too long for a page.
CREATE TABLE held AS SELECT
    (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM comments) AS comments,
    (SELECT count(*) FROM tweets) AS tweets, (SELECT count(*) FROM revisions WHERE revision > 1) AS changes,
    (SELECT count(*) FROM articles WHERE gone_status IS NOT NULL) AS gone,
    (SELECT max(fetched_at) FROM revisions) AS read_at;
CREATE TABLE sites AS SELECT site, count(*) AS articles FROM articles GROUP BY site ORDER BY site;

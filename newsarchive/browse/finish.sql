-- References of revisions that a later one took the place of.
DELETE FROM tweet_references WHERE revision < CASE
    WHEN comment_id IS NULL THEN (SELECT revision FROM articles WHERE id = article_id)
    ELSE (SELECT revision FROM comments WHERE comments.article_id = tweet_references.article_id AND comments.id = comment_id)
END;
CREATE INDEX articles_published_at ON articles (published_at);
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

"""One archive written by many workers, on one machine or many: PostgreSQL holds frontier and index, procrastinate the queue.

`batches` is the frontier, `jobs` the queue, `work` a worker, `archive` and `index` what a crawl sees of them.

A batch is crawled like any other part of a site; its lines go to open parts, which nobody reads. Then one transaction:
it locks the batch's row, gives the parts their names (on S3: stores them and their manifest objects), enters lines,
readings and watermarks into the index, writes down what became of the batch, and commits. So each line is kept exactly
once, and is asked of the site at least once:

- The worker dies before it publishes: its open parts have no name that anybody reads. The database notices that the
  connection is gone and lets the site go; after 30 s without a heartbeat the job goes to another worker, which reads
  the batch again and makes parts of the same names. What the dead one left open is deleted by the next who writes the site there.
- It dies after it published and before the commit: the names are there and the index knows nothing. Whoever takes the
  batch next looks for parts of its name first, takes their lines into the index, and so does not read them again;
  what it has to add gets the next number. Nothing that was published is ever deleted or overwritten.
- It dies after the commit: the batch is done. The job comes to another worker, which finds the next batch or none.
- It dies over a batch of tweets: what was answered is in its machine's log, and a worker with that log asks about the rest
  alone; the lines of both are made from the log. Without that log all of the batch is asked about again, as none of it was
  archived. What was observed before has come with the batch, so that what is known of a tweet is the same wherever it is looked up.
- The worker is only slow, or cut off, and taken for dead: while its connection lives it holds the site, and nobody else can
  begin. Once the connection is gone it cannot commit. The row it locks before it publishes anything keeps others from
  the batch until its parts are in place; on S3, moreover, a name that is taken is never written again.
- The database dies: no commit, so this is a worker that died before or after it published. A commit that PostgreSQL has
  acknowledged is on its disk. Workers end, and are started anew by whoever started them.
- A machine never comes back: nothing but the batches it had was on it, for the archive is in a bucket or in a directory that all
  have mounted. A worker that sees another directory than the first one is refused. Where that directory itself is
  lost, so are its lines, as with any disk; the index is made anew from what is left of the parts.
"""

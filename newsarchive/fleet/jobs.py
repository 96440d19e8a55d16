"""The queue, which is procrastinate's: a job is a turn of one site, which is one batch. It hands them out, locks, and hears heartbeats."""

import logging
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from newsarchive.fleet.database import ALIVE, Connection

log = logging.getLogger(__name__)

SITES = "sites"
UPKEEP = "upkeep"
"""A queue of its own, so that a worker busy with sites still looks after the jobs of dead ones."""
_TURN = "newsarchive:next_batch"


async def next_batch(context: JobContext, site: str) -> None:
    """Reads the site's next batch, and asks for another turn where more may be waiting."""
    wait_seconds = await context.additional_context["worker"].next_batch(site)
    if wait_seconds is not None:
        await ask_turn(context.app, site, wait_seconds)


async def look_after(context: JobContext, timestamp: int) -> None:
    """Takes the jobs from workers that have not been heard of for 30 s, and gives a turn to each site that waits without one."""
    for job in await context.app.job_manager.get_stalled_jobs():
        log.warning("A worker has died over %s; its batch goes to another.", job.lock or job.task_name)
        await context.app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    await context.additional_context["worker"].give_turns()


async def ask_turn(app: App, site: str, wait_seconds: float = 0) -> None:
    """Puts the site's next batch into the queue, behind those of other sites; nothing where it stands there already."""
    when: dict[str, Any] = {"schedule_in": {"seconds": int(wait_seconds)}} if wait_seconds else {}
    try:
        # The lock: one worker a site at a time, which is what keeps the pace polite.
        await app.configure_task(_TURN, lock=site, queueing_lock=site, queue=SITES, **when).defer_async(site=site)
    except AlreadyEnqueued:
        return


def queue(database: str) -> App:
    """The queue in the database; to be opened by its ``open_async``."""
    app = App(connector=PsycopgConnector(conninfo=database, kwargs=dict(ALIVE)))
    app.task(name=_TURN, queue=SITES, pass_context=True)(next_batch)
    upkeep = app.task(name="newsarchive:look_after", queue=UPKEEP, queueing_lock=UPKEEP, pass_context=True)(look_after)
    app.periodic(cron="* * * * * */15")(upkeep)  # the sixth field is seconds
    return app


def prepare_queue(connection: Connection) -> None:
    """Makes procrastinate's tables where there are none."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('newsarchive', 0))")
        if connection.execute("SELECT to_regclass('public.procrastinate_jobs') IS NULL").fetchone() == (True,):
            connection.execute("SET LOCAL search_path = public")
            connection.execute(queue("").schema_manager.get_schema().encode())

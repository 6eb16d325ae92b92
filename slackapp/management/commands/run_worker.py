"""Performs effects, drains the event inbox, keeps the clock."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate import App
from procrastinate.contrib.django import app, django_connector

from installations import keys


class Command(BaseCommand):
    help = "Run the worker until it is told to stop; start it again whenever it ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time")
        parser.add_argument("--drain", action="store_true", help="do what is due, then end")

    def handle(self, *_args: Any, concurrency: int, drain: bool, **_options: Any) -> None:
        connector = app.connector
        if not isinstance(connector, django_connector.DjangoConnector):
            raise TypeError("the queue is not on Django's connection")
        if problem := keys.problem(reads_user_secrets=True):
            raise CommandError(f"The worker does not start: {problem}.")
        with app.replace_connector(connector.get_worker_connector()) as worker_app:
            asyncio.run(_work(worker_app, concurrency=concurrency, wait=not drain))


async def _work(worker_app: App, *, concurrency: int, wait: bool) -> None:
    async with worker_app.open_async():
        await worker_app.run_worker_async(concurrency=concurrency, wait=wait)

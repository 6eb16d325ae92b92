"""The one way in: every transport hands its authenticated delivery to ``receive``."""

import json
from logging import getLogger
from typing import Any

from django.db import Error, transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import ConnectorException
from slack_bolt import BoltRequest, BoltResponse

from slackapp import bolt, errors
from slackapp.deliveries import Delivery, Lane, MalformedDeliveryError
from slackapp.models import DeliveryState, ReceivedDelivery

DATABASE_TROUBLE = (Error, ConnectorException)
HANDLE_EVENT = "slackapp.handle_event"  # the task in slackapp.tasks

logger = getLogger(__name__)


def receive(delivery: Delivery) -> BoltResponse:
    """Answer one delivery; a 200 means that what it caused is committed.

    Raises:
        MalformedDeliveryError: it names nothing that a listener could be found for.
    """
    match delivery.lane:
        case Lane.HANDSHAKE:
            return _answer_handshake(delivery)
        case Lane.NOTICE:
            logger.warning("notice from Slack: %s for team %s", delivery.kind, delivery.team_id)
            return BoltResponse(status=200)
        case Lane.EVENT:
            return _keep_event(delivery)
        case Lane.INTERACTION:
            return _handle_interaction(delivery)


def _answer_handshake(delivery: Delivery) -> BoltResponse:
    challenge = delivery.payload.get("challenge")
    body = json.dumps({"challenge": challenge}) if isinstance(challenge, str) else ""
    return BoltResponse(status=200, body=body, headers={"content-type": ["application/json"]})


def _keep_event(delivery: Delivery) -> BoltResponse:
    """Store the event for the worker; without a database, have Slack repeat it."""
    try:
        with transaction.atomic():
            delivery_id = _claim(delivery, DeliveryState.RECEIVED)
            if delivery_id is not None:
                queue.configure_task(HANDLE_EVENT).defer(delivery_id=delivery_id)
    except DATABASE_TROUBLE:
        logger.exception("event %s could not be kept", delivery.key)
        return BoltResponse(status=503)
    return BoltResponse(status=200)


def _handle_interaction(delivery: Delivery) -> BoltResponse:
    """Run the listener now, in one transaction with the claim; failure rolls all of it back.

    A repeated delivery is acknowledged and ignored: its first run decided.
    """
    try:
        with transaction.atomic():
            if delivery.key and _claim(delivery, DeliveryState.HANDLED) is None:
                return BoltResponse(status=200)
            response, failure = dispatch(delivery.payload)
            if failure is not None:
                transaction.set_rollback(True)
    except DATABASE_TROUBLE as broken:
        return errors.tell_without_database(delivery, errors.fail(broken))
    return response if failure is None else errors.tell(delivery, failure)


def _claim(delivery: Delivery, state: DeliveryState) -> int | None:
    """Return the id of the row of a delivery seen for the first time, else None."""
    return ReceivedDelivery.objects.claim(
        key=delivery.key or "",
        kind=delivery.kind,
        team_id=delivery.team_id[:32],
        state=state,
        payload=delivery.payload if state is DeliveryState.RECEIVED else None,
    )


def dispatch(payload: dict[str, Any]) -> tuple[BoltResponse, errors.Failure | None]:
    """Run the Bolt listener for a payload that is known to be genuine.

    The mode only tells Bolt that the body is parsed and authenticated already, on every
    transport: its own parser loses slash commands that contain the word "payload".

    Raises:
        MalformedDeliveryError: Bolt trips over it, as over shapes that Slack never sends.
    """
    try:
        request = BoltRequest(body=payload, mode="socket_mode")
        response = bolt.app().dispatch(request)
    except (AttributeError, LookupError, TypeError, ValueError) as tripped:
        raise MalformedDeliveryError(type(tripped).__name__) from tripped
    return response, errors.failure_of(request)

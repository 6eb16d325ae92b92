"""What slackapp keeps: what Slack delivered, and what people asked for help with."""

from slackapp.models.deliveries import DeliveryState, ReceivedDelivery
from slackapp.models.support import RequestState, SupportRequest, Topic

__all__ = ["DeliveryState", "ReceivedDelivery", "RequestState", "SupportRequest", "Topic"]

"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

Address = IPv4Address | IPv6Address

HOUSEHOLD = 64  # bits of an IPv6 address that name the line; the rest is the customer's to choose


def client_address(request: HttpRequest) -> str:
    """Return the sender's network address; empty when there is none (a Unix socket).

    With TRUST_PROXY_HEADERS it is the last entry of X-Forwarded-For, the only one that the proxy
    in front wrote itself; what stands before it is the sender's own claim.
    """
    address = _address(request)
    return "" if address is None else str(address)


def address_key(request: HttpRequest, *, purpose: str) -> str:
    """Return a keyed hash to count a sender by, the same for all of one IPv6 line.

    It is empty when senders cannot be told apart: a proxy on this machine that is not trusted hides
    everybody alike. Keys of two purposes cannot be compared, and nobody without SECRET_KEY can find
    the address.
    """
    address = _address(request)
    if address is None or address.is_loopback:
        return ""
    return salted_hmac(f"address.{purpose}", _line(address), algorithm="sha256").hexdigest()


def _address(request: HttpRequest) -> Address | None:
    if settings.TRUST_PROXY_HEADERS:
        seen_by_proxy = request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
        if forwarded := _parsed(seen_by_proxy):
            return forwarded
    return _parsed(request.META.get("REMOTE_ADDR", ""))


def _parsed(text: str) -> Address | None:
    """Return the address in ``text``, which may have a port behind it."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _line(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address), HOUSEHOLD), strict=False))
    return str(address)

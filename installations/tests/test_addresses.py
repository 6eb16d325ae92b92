"""Senders are told apart by what cannot be claimed."""

import pytest

from installations.addresses import address_key, client_address


@pytest.fixture
def request_from(rf):
    """Return a function that makes a request of a peer, with a proxy's header if given."""

    def make(peer, forwarded=None):
        headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
        return rf.get("/", REMOTE_ADDR=peer, headers=headers)

    return make


@pytest.fixture
def behind_a_proxy(settings):
    settings.TRUST_PROXY_HEADERS = True


def test_without_a_trusted_proxy_the_header_is_only_a_claim(request_from):
    assert client_address(request_from("192.0.2.7", "198.51.100.1")) == "192.0.2.7"


@pytest.mark.parametrize(
    ("forwarded", "believed"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1", "198.51.100.1"),  # the first is the sender's own claim
        ("198.51.100.1:50123", "198.51.100.1"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("203.0.113.9, unknown", "192.0.2.7"),
        ("203.0.113.9,", "192.0.2.7"),
        ("", "192.0.2.7"),
        (None, "192.0.2.7"),
    ],
)
def test_behind_a_trusted_proxy_its_own_entry_counts(
    request_from, behind_a_proxy, forwarded, believed
):
    assert client_address(request_from("192.0.2.7", forwarded)) == believed


@pytest.mark.parametrize("peer", ["", "unix:", "not an address"])
def test_a_socket_without_an_address_has_none(request_from, peer):
    assert client_address(request_from(peer)) == ""


def key(request, purpose="a"):
    return address_key(request, purpose=purpose)


def test_a_key_hides_the_address_and_differs_by_purpose_and_by_secret(request_from, settings):
    request = request_from("192.0.2.7")
    first = key(request)

    assert len(first) == 64
    assert "192.0.2.7" not in first
    assert key(request) == first
    assert key(request, "b") != first
    settings.SECRET_KEY = "another key, of forty characters and a few more"
    assert key(request) != first


def test_one_ipv6_line_is_one_sender_however_it_changes_its_address(request_from):
    one, other = request_from("2001:db8:0:1::1"), request_from("2001:db8:0:1:ffff::2")
    neighbour = request_from("2001:db8:0:2::1")

    assert key(one) == key(other)
    assert key(one) != key(neighbour)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", ""])
def test_who_is_hidden_by_a_proxy_on_this_machine_is_not_counted(request_from, peer):
    assert key(request_from(peer, "198.51.100.1")) == ""


def test_behind_a_trusted_proxy_on_this_machine_everybody_is_counted(request_from, behind_a_proxy):
    assert key(request_from("127.0.0.1", "198.51.100.1")) == key(request_from("198.51.100.1"))


def test_two_ipv4_addresses_are_two_senders(request_from):
    assert key(request_from("192.0.2.7")) != key(request_from("192.0.2.8"))

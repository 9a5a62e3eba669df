import gzip
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from corpus.errors import Cause, FetchError, StatusError, UnreadableError
from corpus.readers.fetch import MAX_BYTES, Fetcher, _content_type, make_user_agent
from corpus.readers.guard import Deadline, is_public, leads_outside, resolve

NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no authority. Loading the usual ones for every test would take most of the time."""

PEM = Path(__file__).parents[2] / "data" / "news.example.pem"
Route = Callable[[BaseHTTPRequestHandler], None]


def names(*addresses: str) -> Callable[[str, int], list[str]]:
    """A resolver that knows one answer for every host."""
    return lambda _host, _port: list(addresses)


class Site:
    """A web server on this machine that stands in for the whole internet."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append((self.path, headers))
                site.routes.get(self.path, status(404))(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                site.asked.append((self.path, {"body": body.decode()}))
                site.routes.get(self.path, status(404))(self)

            def log_message(self, *args):
                """Keep quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """Expect clients to hang up: refusing is what they are here for."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port

    def url(self, path: str, host: str = "news.example", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def answer(body: bytes = b"<p>News</p>", code: int = 200, **headers: str) -> Route:
    def route(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in ({"content_type": "text/html"} | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return route


def status(code: int) -> Route:
    return answer(b"", code)


def redirect(target: str, code: int = 302) -> Route:
    return answer(b"", code, location=target)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,))
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


@pytest.fixture
def make(site):
    """Make a fetcher for which every host is the local site, and the site is public."""
    made = []

    def make(**changes):
        usual = {
            "resolve": names("127.0.0.1"),
            "is_public": lambda _address: True,
            "ports": {site.port},
            "tls": NOBODY,
        }
        made.append(Fetcher(**(usual | changes)))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.__exit__()


@pytest.fixture
def fetcher(make):
    return make()


# What must never be fetched


HOSTILE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://134744072/",
    "http://8.8.8.08/",
    "http://8.8.2056/",
    "http://1.2.3.4.5/",
    "http://0/",
    "http://0.0.0.0/",
    "http://127.0.0.1./",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "https://10.0.0.1/",
    "https://172.16.5.4/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://168.63.129.16/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::8.8.8.8]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378::1]/",
    "http://[2001:db8::1]/",
    "http://１２７.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://user@9.9.9.9/",
    "http://user:secret@9.9.9.9/",
    "http://9.9.9.9\\@127.0.0.1/",
    "http://127.0.0.1#@9.9.9.9/",
    "http://127.0.0.1?@9.9.9.9/",
    "http://9.9.9.9:22/",
    "http://9.9.9.9:8080/",
    "http://9.9.9.9:0/",
    "http://9.9.9.9:70000/",
    "http://9.9.9.9:x/",
    "ftp://9.9.9.9/",
    "file:///etc/passwd",
    "gopher://9.9.9.9/",
    "javascript:alert(1)",
    "data:text/html,hello",
    "//9.9.9.9/",
    "9.9.9.9",
    "http://",
    "http:///",
    "http://a..b/",
    "http://exa mple.org/",
    "http://ex\tample.org/",
    "http://example.org\r\nhost: inside/",
    "http://ex%61mple.org/",
    "",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_before_anything_is_sent(url, monkeypatch):
    connected = []
    monkeypatch.setattr(
        "httpcore.SyncBackend.connect_tcp", lambda *args, **_: connected.append(args)
    )
    with (
        Fetcher(resolve=numbers_and_localhost, tls=NOBODY) as fetcher,
        pytest.raises(FetchError) as refusal,
    ):
        fetcher.get(url)
    assert connected == []
    assert "\n" not in str(refusal.value)


def numbers_and_localhost(host, port):
    """Read numbers in whatever form, as the system's resolver does, without asking anyone."""
    return ["127.0.0.1"] if host == "localhost" else resolve(host, port)


def test_this_machine_is_refused_by_default(site):
    with Fetcher(ports={site.port}) as fetcher, pytest.raises(FetchError, match="public internet"):
        fetcher.get(f"http://127.0.0.1:{site.port}/")
    assert site.asked == []


def test_ports_other_than_those_of_the_web_are_refused_by_default(site):
    with Fetcher() as fetcher, pytest.raises(FetchError, match=f"port {site.port} is refused"):
        fetcher.get(site.url("/"))


@pytest.mark.parametrize(
    "address",
    ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909"],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["", "news.example", "2606:4700::1%eth0", "::9.9.9.9", "192.88.99.1", "3fff::1", "5f00::1"],
)
def test_what_is_no_plain_public_address_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("https://news.example/a", True),
        ("http://9.9.9.9:8080/", True),
        ("http://[2620:fe::fe]/", True),
        ("http://[fd00::1]/", False),
        ("http://10.1/", False),
        ("http://0x7f.1/", False),
        ("http://1.2.3.400/", False),
        ("http://1.0x1ffffffff/", False),
        ("http://nas/", False),
        ("http://nas.local./", False),
        ("http://10.0.0.1\\@news.example/", False),
        ("http://[bad/", False),
        ("http:///a", False),
        ("", False),
    ],
)
def test_an_address_leads_outside_or_into_a_network_of_somebodys_own(url, outside):
    assert leads_outside(url) is outside


def test_one_private_address_among_public_ones_refuses_the_host(site, make):
    fetcher = make(
        resolve=names("9.9.9.9", "10.0.0.1"),
        is_public=is_public,
    )
    with pytest.raises(FetchError, match=r"news\.example is refused"):
        fetcher.get(site.url("/"))


def test_a_name_server_that_changes_its_mind_is_asked_only_once(site, make):
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    site.routes["/"] = answer()
    fetcher = make(
        resolve=lambda _host, _port: answers.pop(0), is_public=lambda ip: ip == "127.0.0.1"
    )
    assert fetcher.get(site.url("/")).body == b"<p>News</p>"
    assert answers == [["10.0.0.1"]]


def test_a_redirect_is_resolved_and_checked_anew(site, make):
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    site.routes["/"] = redirect("/again")
    fetcher = make(
        resolve=lambda _host, _port: answers.pop(0), is_public=lambda ip: ip == "127.0.0.1"
    )
    with pytest.raises(FetchError, match="is refused"):
        fetcher.get(site.url("/"))
    assert site.paths() == ["/"]


def test_an_address_that_does_not_answer_gives_way_to_the_next(site, make):
    site.routes["/"] = answer()
    fetcher = make(resolve=names("127.0.0.77", "127.0.0.1"))
    assert fetcher.get(site.url("/")).body == b"<p>News</p>"


def test_a_host_without_address_is_reported(site, make):
    def nothing(_host, _port):
        raise OSError("unknown")

    with pytest.raises(FetchError, match=r"no host news\.example was found"):
        make(resolve=nothing).get(site.url("/"))


def test_a_host_that_does_not_answer_is_reported(site, make):
    fetcher = make(resolve=names("127.0.0.77"))
    with pytest.raises(FetchError, match=r"news\.example does not answer"):
        fetcher.get(site.url("/"))


def test_proxies_in_the_environment_are_not_used(site, fetcher, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.routes["/"] = answer()
    assert fetcher.get(site.url("/")).body == b"<p>News</p>"


# TLS


@pytest.fixture
def secure(site):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    site.routes["/"] = answer()
    return site


def trusting():
    return ssl.create_default_context(cafile=PEM)


def test_a_certificate_is_checked_against_the_host_not_the_address(secure, make):
    page = make(tls=trusting()).get(secure.url("/", scheme="https"))
    assert page.body == b"<p>News</p>"


def test_a_certificate_for_another_host_is_refused(secure, make):
    with pytest.raises(FetchError, match=r"does not prove that it is other\.example"):
        make(tls=trusting()).get(secure.url("/", host="other.example", scheme="https"))


def test_an_unknown_authority_is_refused_by_default(secure, make):
    with pytest.raises(FetchError, match="certificate does not prove"):
        make(tls=None).get(secure.url("/", scheme="https"))


def test_a_server_without_tls_is_refused_for_https(site, fetcher):
    with pytest.raises(FetchError, match="offers no secure connection"):
        fetcher.get(site.url("/", scheme="https"))


def test_a_redirect_from_https_to_plain_http_is_refused(secure, make):
    secure.routes["/"] = redirect(secure.url("/plain"))
    with pytest.raises(FetchError, match="https to plain http"):
        make(tls=trusting()).get(secure.url("/", scheme="https"))


# Redirects


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "ftp://news.example/",
        "http://news.example:22/",
        "http://user:secret@news.example/",
        "http://[/",
        "http://news.example:x/",
        "https://news.example:99999/",
    ],
)
def test_a_redirect_to_what_must_not_be_fetched_is_refused(site, make, target):
    site.routes["/"] = redirect(target)
    fetcher = make(
        resolve=lambda host, _port: ["127.0.0.2"] if host == "127.0.0.1" else ["127.0.0.1"],
        is_public=lambda ip: ip == "127.0.0.1",
    )
    with pytest.raises(FetchError):
        fetcher.get(site.url("/"))
    assert site.paths() == ["/"]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_the_last_address_is_told(site, fetcher, code):
    site.routes |= {"/a/1": redirect("../b?c=d#e", code), "/b?c=d": answer()}
    assert fetcher.get(site.url("/a/1")).url == site.url("/b?c=d")


def test_five_redirects_are_followed_and_six_are_not(site, fetcher):
    site.routes |= {f"/{n}": redirect(f"/{n - 1}") for n in range(1, 7)} | {"/0": answer()}
    assert fetcher.get(site.url("/5")).body == b"<p>News</p>"
    with pytest.raises(FetchError, match="more than 5 times"):
        fetcher.get(site.url("/6"))


def test_a_redirect_to_itself_ends(site, fetcher):
    site.routes["/"] = redirect("/")
    with pytest.raises(FetchError, match="more than 5 times"):
        fetcher.get(site.url("/"))
    assert site.paths() == ["/"] * 6


# Sizes and times


def test_a_page_of_the_greatest_size_is_read(site, fetcher):
    site.routes["/"] = answer(b"x" * MAX_BYTES)
    assert len(fetcher.get(site.url("/")).body) == MAX_BYTES


@pytest.mark.parametrize("stated", [{}, {"content_length": str(MAX_BYTES + 1)}])
def test_a_larger_page_is_refused_whether_or_not_it_states_its_length(site, fetcher, stated):
    site.routes["/"] = answer(b"x" * (MAX_BYTES + 1), **stated)
    with pytest.raises(FetchError, match="larger than 5 MB"):
        fetcher.get(site.url("/"))


def test_a_compressed_page_is_decompressed(site, fetcher):
    site.routes["/"] = answer(gzip.compress(b"<p>News</p>") + b"junk", content_encoding="gzip")
    assert fetcher.get(site.url("/")).body == b"<p>News</p>"


def test_a_compressed_page_of_the_greatest_size_is_read(site, fetcher):
    site.routes["/"] = answer(gzip.compress(b"x" * MAX_BYTES), content_encoding="gzip")
    assert len(fetcher.get(site.url("/")).body) == MAX_BYTES


def test_what_is_packed_on_the_server_is_unpacked(site, fetcher):
    packed = gzip.compress(b"<urlset/>", mtime=0)
    site.routes["/"] = answer(packed, content_type="application/x-gzip")
    assert fetcher.get(site.url("/")).body == b"<urlset/>"
    twice = gzip.compress(packed, mtime=0)
    site.routes["/"] = answer(twice, content_type="text/xml", content_encoding="gzip")
    assert fetcher.get(site.url("/")).body == b"<urlset/>"
    site.routes["/"] = answer(packed[:-9], content_type="application/gzip")
    with pytest.raises(FetchError):
        fetcher.get(site.url("/"))


def test_a_gzip_bomb_never_lies_in_memory(site, fetcher):
    site.routes["/"] = answer(_bomb(megabytes=60), content_encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="larger than 5 MB"):
            fetcher.get(site.url("/"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MAX_BYTES


def _bomb(*, megabytes: int) -> bytes:
    deflater = zlib.compressobj(9, wbits=31)
    block = bytes(1_000_000)
    return b"".join(deflater.compress(block) for _ in range(megabytes)) + deflater.flush()


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 999, mtime=0)[:-9], b"no gzip at all"])
def test_a_damaged_compressed_page_is_refused(site, fetcher, body):
    site.routes["/"] = answer(body, content_encoding="gzip")
    with pytest.raises(FetchError, match="broke off"):
        fetcher.get(site.url("/"))


def test_a_compression_that_was_not_asked_for_is_refused(site, fetcher):
    site.routes["/"] = answer(content_encoding="br")
    with pytest.raises(FetchError, match="not asked for"):
        fetcher.get(site.url("/"))


def test_a_page_that_stops_short_of_its_length_is_refused(site, fetcher):
    site.routes["/"] = answer(b"half", content_length="8")
    with pytest.raises(FetchError, match="broke off"):
        fetcher.get(site.url("/"))


def drip(request, *, prelude: bytes) -> None:
    """Send a byte every 50 ms until the client hangs up."""
    request.wfile.write(prelude)
    for _ in range(100):
        request.wfile.write(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize(
    "prelude",
    [
        b"HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nx-endless: ",
    ],
    ids=["body", "headers"],
)
def test_a_server_that_drips_is_left_at_the_deadline(site, make, prelude):
    site.routes["/"] = lambda request: drip(request, prelude=prelude)
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"longer than 0\.3 s"):
        make(deadline_s=0.3).get(site.url("/"))
    assert 0.3 <= time.monotonic() - began < 2


def test_the_deadline_covers_all_redirects_together(site, make):
    def slowly(request):
        time.sleep(0.15)
        redirect("/")(request)

    site.routes["/"] = slowly
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"longer than 0\.3 s"):
        make(deadline_s=0.3).get(site.url("/"))
    assert time.monotonic() - began < 2


def test_a_name_server_that_hangs_is_left_at_the_deadline(site, make):
    done = threading.Event()
    fetcher = make(deadline_s=0.1, resolve=lambda _host, _port: done.wait(5) and [])
    with pytest.raises(FetchError, match=r"longer than 0\.1 s"):
        fetcher.get(site.url("/"))
    done.set()


def test_what_is_left_of_a_whole_ends_a_page_sooner(site, make):
    site.routes["/drip"] = lambda request: drip(request, prelude=b"HTTP/1.0 200 OK\r\n")
    within = Deadline.start(0.2)
    with pytest.raises(FetchError, match="took longer than"):
        make(deadline_s=3600).get(site.url("/drip"), within=within)
    assert within.is_over
    assert not Deadline.start(3600).is_over


def test_no_time_is_left_after_the_deadline():
    with pytest.raises(FetchError, match="longer than 20 s"):
        Deadline(20.0, ends=time.monotonic()).left_s()


# What comes back


@pytest.mark.parametrize(
    ("more", "charset"),
    [
        ("charset*=a\0b''x", None),
        ("charset*=utf-8", "utf-8"),
        (f"{'a*0*=b;' * 100_000}charset=utf-8", None),
    ],
)
def test_no_charset_in_a_header_raises(more, charset):
    header = httpx.Headers({"content-type": f"text/html; {more}"})
    assert _content_type(header) == ("text/html", charset)


def test_the_answer_is_told_with_its_type_and_charset(site, fetcher):
    site.routes["/"] = answer(content_type='Text/HTML; Charset="ISO-8859-1"')
    page = fetcher.get(site.url("/#part"))
    assert (page.url, page.content_type, page.charset) == (
        site.url("/"),
        "text/html",
        "iso-8859-1",
    )
    assert not page.unchanged


@pytest.mark.parametrize(
    "kind",
    [
        *("text/html", "application/xhtml+xml", "text/plain", "application/json"),
        *("text/xml", "application/xml", "application/rss+xml", "application/atom+xml"),
        *("text/x-opml", "application/x-ndjson", "application/feed+json"),
    ],
)
def test_text_of_these_types_is_read(site, fetcher, kind):
    site.routes["/"] = answer(content_type=kind)
    assert fetcher.get(site.url("/")).content_type == kind


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "video/mp4", "text/css", ""])
def test_other_types_are_refused_without_reading_them(site, fetcher, kind):
    site.routes["/"] = answer(content_type=kind)
    with pytest.raises(FetchError, match="only text is read"):
        fetcher.get(site.url("/"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (404, "404: the page is not there"),
        (410, "410: the page is gone"),
        (401, "401: the page needs a login"),
        (403, "403: the site does not let programs read it"),
        (418, "418: the site does not show the page"),
        (429, "429: the site asks for fewer requests; try again later"),
        (503, "503: the site is out of order; try again later"),
    ],
)
def test_a_page_that_is_not_there_is_reported_in_plain_words(site, fetcher, code, reason):
    site.routes["/"] = status(code)
    with pytest.raises(FetchError) as refusal:
        fetcher.get(site.url("/"))
    assert str(refusal.value) == reason


def test_what_is_no_http_is_reported(site, fetcher):
    site.routes["/"] = lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")
    with pytest.raises(FetchError, match="no proper HTTP"):
        fetcher.get(site.url("/"))


def test_etag_and_date_go_back_to_the_server_and_nothing_changed(site, fetcher):
    def feed(request):
        known = request.headers["if-none-match"] == '"v1"'
        assert not known or request.headers["if-modified-since"] == "Mon, 02 Mar 2026 09:00:00 GMT"
        (status(304) if known else answer(etag='"v1"', last_modified=MONDAY))(request)

    site.routes["/"] = feed
    first = fetcher.get(site.url("/"))
    assert (first.etag, first.modified, first.unchanged) == ('"v1"', MONDAY, False)

    second = fetcher.get(site.url("/"), etag=first.etag, modified=first.modified)
    assert (second.etag, second.modified, second.unchanged) == ('"v1"', MONDAY, True)
    assert second.body == b""


MONDAY = "Mon, 02 Mar 2026 09:00:00 GMT"


def test_an_etag_can_not_smuggle_in_a_header(site, fetcher):
    site.routes["/"] = answer()
    with pytest.raises(FetchError):
        fetcher.get(site.url("/"), etag="x\r\nCookie: a=b")
    assert site.asked == []


def test_cookies_are_not_kept(site, fetcher):
    site.routes |= {
        "/": answer(b"", 302, location="/next", set_cookie="id=7"),
        "/next": answer(set_cookie="id=8"),
    }
    fetcher.get(site.url("/"))
    fetcher.get(site.url("/next"))
    assert [headers.get("cookie") for _, headers in site.asked] == [None] * 3


def test_byline_says_who_it_is(site, fetcher):
    site.routes["/"] = answer()
    fetcher.get(site.url("/"))
    sent = site.asked[0][1]
    assert sent["user-agent"] == make_user_agent()
    assert sent["host"] == f"news.example:{site.port}"
    assert sent["user-agent"].startswith("Byline/")
    assert sent["user-agent"].endswith(" (+https://pypi.org/project/byline) news reader")


def test_the_version_is_zero_where_byline_is_not_installed(monkeypatch):
    monkeypatch.setattr("corpus.readers.fetch._DISTRIBUTION", "no-such-distribution")
    assert make_user_agent.__wrapped__().startswith("Byline/0 ")


# Manners


def test_a_host_gets_one_request_at_a_time_and_hosts_do_not_wait_for_each_other(site, fetcher):
    running: dict[str, int] = {}
    most: dict[str, int] = {}
    both = threading.Barrier(2, timeout=30)

    def count(request):
        name = request.headers["host"]
        running[name] = running.get(name, 0) + 1
        most[name] = max(most.get(name, 0), running[name])
        both.wait()  # passes only while one request of each host is here
        time.sleep(0.02)
        running[name] -= 1
        answer()(request)

    site.routes["/"] = count
    urls = [site.url("/", host=f"{name}.example") for name in "aabbab"]
    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(fetcher.get, urls))
    assert [page.url for page in pages] == urls
    assert list(most.values()) == [1, 1]


def robots(text: str, **headers: str) -> Route:
    return answer(text.encode(), content_type="text/plain", **headers)


def test_robots_txt_is_obeyed_where_it_is_asked(site, fetcher):
    site.routes |= {
        "/robots.txt": robots("User-agent: Byline\nDisallow: /members/"),
        "/members/1": answer(),
        "/news/1": answer(),
    }
    assert fetcher.get(site.url("/news/1"), robots=True).body
    with pytest.raises(FetchError, match=r"robots\.txt asks"):
        fetcher.get(site.url("/members/1"), robots=True)
    assert fetcher.get(site.url("/members/1")).body
    assert site.paths() == ["/robots.txt", "/news/1", "/members/1"]


def test_rules_that_cannot_be_read_in_time_forbid_everything(site, fetcher):
    class Frozen:
        def ask_robots(self, _rules, **_):
            raise UnreadableError("takes longer than 10 s to read")

    site.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /" + "*a" * 30 + "b")
    fetcher._sandbox = Frozen()
    with pytest.raises(FetchError, match=r"robots.txt could not be read: takes longer"):
        fetcher.get(site.url("/a"), robots=True)


def test_robots_txt_is_asked_for_every_host_on_the_way(site, fetcher):
    site.routes |= {
        "/robots.txt": lambda request: robots(
            "User-agent: *\nDisallow: /" if request.headers["host"].startswith("closed") else ""
        )(request),
        "/": redirect(site.url("/", host="closed.example")),
    }
    with pytest.raises(FetchError, match=r"robots\.txt asks"):
        fetcher.get(site.url("/"), robots=True)
    assert site.paths() == ["/robots.txt", "/", "/robots.txt"]


@pytest.mark.parametrize("code", [401, 404, 410])
def test_a_site_without_robots_txt_may_be_read(site, fetcher, code):
    site.routes |= {"/robots.txt": status(code), "/": answer()}
    assert fetcher.get(site.url("/"), robots=True).body == b"<p>News</p>"


@pytest.mark.parametrize("route", [status(503), redirect("/robots.txt")])
def test_a_site_whose_robots_txt_is_out_of_order_is_left_alone(site, fetcher, route):
    site.routes |= {"/robots.txt": route, "/": answer()}
    for _ in range(2):
        with pytest.raises(FetchError, match=r"robots\.txt could not be read: (503|redirects)"):
            fetcher.get(site.url("/"), robots=True)
    assert "/" not in site.paths()


def test_robots_txt_is_fetched_once_for_many_threads(site, fetcher):
    site.routes |= {"/robots.txt": robots(""), "/": answer()}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda url: fetcher.get(url, robots=True), [site.url("/")] * 4))
    assert site.paths() == ["/robots.txt"] + ["/"] * 4


def test_the_pause_that_a_site_asks_for_is_kept_and_is_not_charged(site, make):
    site.routes |= {
        "/robots.txt": robots("User-agent: *\nCrawl-delay: 0.3"),
        "/": answer(),
    }
    fetcher = make(deadline_s=0.25)
    began = time.monotonic()
    for _ in range(2):
        fetcher.get(site.url("/"), robots=True)
    assert 0.6 <= time.monotonic() - began < 3


def test_an_unreasonable_pause_is_cut_to_ten_seconds(site, fetcher, monkeypatch):
    site.routes |= {
        "/robots.txt": robots("User-agent: *\nCrawl-delay: 86400"),
        "/": answer(),
    }
    slept = []
    monkeypatch.setattr("corpus.readers.fetch.time.sleep", slept.append)
    fetcher.get(site.url("/"), robots=True)
    assert slept[0] == 0
    assert 9 < slept[1] <= 10


# What those who come back again and again want to know


@pytest.mark.parametrize(
    ("codes", "moved"),
    [([301], "/1"), ([308, 301], "/2"), ([302], ""), ([301, 302], "/1"), ([302, 301], "")],
)
def test_where_an_address_moved_for_good_is_told_but_not_where_it_leads_for_now(
    site, fetcher, codes, moved
):
    for number, code in enumerate(codes):
        site.routes[f"/{number}"] = redirect(f"/{number + 1}", code)
    site.routes[f"/{len(codes)}"] = answer(cache_control="max-age=60")
    page = fetcher.get(site.url("/0"))
    assert page.moved == (site.url(moved) if moved else "")
    assert page.caching == "max-age=60"


def test_a_refusal_tells_its_status_and_when_to_come_back(site, fetcher):
    site.routes["/"] = answer(b"", 503, retry_after="120")
    with pytest.raises(StatusError, match="503: the site is out of order") as caught:
        fetcher.get(site.url("/"))
    assert (caught.value.status, caught.value.later) == (503, "120")


def test_the_rules_of_many_hosts_do_not_fill_the_memory(site, fetcher, monkeypatch):
    monkeypatch.setattr("corpus.readers.fetch._HELD_BYTES", 100)
    site.routes["/robots.txt"] = answer(b"User-agent: *\nAllow: /\n#" + b" " * 40)
    site.routes["/a"] = answer()
    for host in ("a.example", "b.example", "a.example", "a.example"):
        fetcher.get(site.url("/a", host), robots=True)
    assert site.paths().count("/robots.txt") == 3


def test_a_form_is_sent_and_only_a_yes_is_one(site, fetcher):
    site.routes["/hub"] = answer(b"x" * 100, 202)
    site.routes["/elsewhere"] = redirect("/hub")
    fetcher.post(site.url("/hub"), {"hub.mode": "subscribe", "a": "b&c"})
    assert site.asked == [("/hub", {"body": "hub.mode=subscribe&a=b%26c"})]
    for path in ("/none", "/elsewhere"):
        with pytest.raises(StatusError):
            fetcher.post(site.url(path), {})
    assert site.paths() == ["/hub", "/none", "/elsewhere"]


def test_a_form_is_sent_into_no_private_network(make):
    with pytest.raises(FetchError, match="refused"):
        make(is_public=is_public).post("http://127.0.0.1/hub", {})


def test_why_robots_could_not_be_asked_is_why_the_page_is_not_fetched():
    with Fetcher() as fetcher, pytest.raises(FetchError) as told:
        fetcher.get("http://127.0.0.1/secret", robots=True)
    assert told.value.cause is Cause.FORBIDDEN

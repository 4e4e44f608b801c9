"""The pages of the local issuer in a real browser: one click or one key, legible at every size and in the dark."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from standing_parts.issuer import Issuer, Person
from standing_parts.issuer.grants import s256
from standing_parts.testing import PEOPLE

from .chromium import Page, chromium, program

needs_browser = pytest.mark.skipif(program() is None, reason="needs Chromium")

VERIFIER = "v" * 43
LONG = Person(
    "somebody.with.a.very.long.name.indeed@subsidiary.example.com",
    "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Papadimitriou the Younger",
    ("quality-engineer", "key-account-manager", "head-of-credit"),
    partner={"supplier_id": [f"S-{number:03}" for number in range(12)]},
    department="measurement-and-control-engineering",
)
FORGER = Person("x", '"><script>alert(1)</script>')

CONTRASTS = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data] };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = element => { for (; element; element = element.parentElement) {
    const colour = rgb(getComputedStyle(element).backgroundColor); if (colour[3] == 255) return colour }
    return rgb('Canvas') };
  const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + .05) / (b + .05) };
  return [...document.querySelectorAll('h1, p, strong, button, button span')].map(element =>
    [element.textContent.trim().slice(0, 30), ratio(rgb(getComputedStyle(element).color), ground(element))]);
})()"""


class Client(BaseHTTPRequestHandler):
    """Takes the browser back, as a program on the desktop does, and notes the addresses."""

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>client</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def desktop() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Client)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    issuer = Issuer.start(tmp_path_factory.mktemp("issuer"), [*PEOPLE, LONG, FORGER])
    yield issuer
    issuer.stop()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("chromium")) as found:
        yield found


def address(issuer: Issuer, port: int = 4567, **changes: str) -> str:
    parameters = {
        "client_id": "standing-cli",
        "redirect_uri": f"http://127.0.0.1:{port}/callback",
        "response_type": "code",
        "scope": "openid",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        "prompt": "login",
        "state": "s-1",
        **changes,
    }
    return f"{issuer.url}/authorize?{urlencode(parameters)}"


def person_of(issuer: Issuer, desktop: ThreadingHTTPServer) -> str:
    """Whom the code that came to the desktop is of."""
    (path,) = [each for each in desktop.seen if each.startswith("/callback")]  # type: ignore[attr-defined]
    answer = parse_qs(urlsplit(path).query)
    assert answer["state"] == ["s-1"]
    form = {
        "grant_type": "authorization_code",
        "client_id": "standing-cli",
        "code": answer["code"][0],
        "redirect_uri": f"http://127.0.0.1:{desktop.server_port}/callback",
        "code_verifier": VERIFIER,
    }
    token = httpx.post(f"{issuer.url}/token", data=form).json()["access_token"]
    about = httpx.get(f"{issuer.url}/userinfo", headers={"Authorization": f"Bearer {token}"})
    return str(about.json()["sub"])


@needs_browser
def test_one_click_signs_in_and_out_again(served: Issuer, page: Page, desktop: ThreadingHTTPServer) -> None:
    page.complaints.clear()
    page.screen(1280, 1024)
    page.open(address(served, desktop.server_port))
    page.click("button[value='eva.lind']")
    page.until("document.title == 'client'")
    assert person_of(served, desktop) == "eva.lind"
    back = f"http://127.0.0.1:{desktop.server_port}/"
    page.open(f"{served.url}/logout?{urlencode({'client_id': 'standing-cli', 'post_logout_redirect_uri': back})}")
    assert "You are signed in as Eva Lind" in page.value("document.body.innerText")
    page.click("main button")
    page.until("document.title == 'client'")
    page.open(f"{served.url}/logout")
    assert "You are signed out" in page.value("document.body.innerText")
    assert not [each for each in page.complaints if "favicon" not in each]


@needs_browser
def test_the_keyboard_alone_signs_in(served: Issuer, page: Page, desktop: ThreadingHTTPServer) -> None:
    page.open(address(served, desktop.server_port))
    page.press("Tab", 9)
    page.press("Tab", 9)
    assert page.value("document.activeElement.value") == PEOPLE[1].subject
    assert page.value("getComputedStyle(document.activeElement).outline").endswith("solid 3px")
    page.press("Enter", 13, "\r")
    page.until("document.title == 'client'")
    assert person_of(served, desktop) == PEOPLE[1].subject


@needs_browser
@pytest.mark.parametrize(("width", "zoom"), [(1280, 1.0), (1280, 2.0), (1280, 4.0), (320, 1.0)])
def test_nothing_is_cut_off_at_any_size(served: Issuer, page: Page, width: int, zoom: float) -> None:
    page.screen(width, 1024, zoom)
    page.open(address(served))
    assert page.value("document.documentElement.clientWidth") <= width / zoom
    assert page.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    cut = "[...document.querySelectorAll('button, span, p, h1')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth)"
    assert page.value(f"{cut}.map(e => e.textContent)") == []
    assert page.value("Math.min(...[...document.querySelectorAll('button')].map(e => e.offsetHeight))") >= 44


@needs_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(served: Issuer, page: Page, dark: bool) -> None:
    page.screen(1280, 1024, dark=dark)
    for each in (address(served), f"{served.url}/logout"):
        page.open(each)
        ground = page.value("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(21, 24, 28)" if dark else "rgb(251, 251, 250)")
        contrasts = page.value(CONTRASTS)
        assert len(contrasts) >= 3
        assert [one for one in contrasts if one[1] < 4.5] == []


@needs_browser
def test_a_screen_reader_hears_a_list_of_named_buttons(served: Issuer, page: Page) -> None:
    page.open(address(served))
    nodes = [node for node in page.do("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]

    def by_role(role: str) -> list[str]:
        return [node["name"]["value"] for node in nodes if node["role"]["value"] == role]

    assert by_role("heading") == ["Who are you?"]
    assert by_role("list") == ["Who are you?"]
    assert len(by_role("listitem")) == len(by_role("button")) == len(served.people)
    assert by_role("button")[0] == "Li Wei buyer li.wei"
    assert by_role("main") == [""]
    assert page.value("document.documentElement.lang") == "en"


@needs_browser
def test_a_name_or_a_state_is_shown_and_never_run(served: Issuer, page: Page) -> None:
    page.open(address(served, state='"><script>alert(2)</script>'))
    assert page.value("document.scripts.length") == 0
    assert FORGER.name in page.value("document.body.innerText")
    assert page.value("document.querySelector('[name=state]').value") == '"><script>alert(2)</script>'


@needs_browser
def test_a_page_takes_nothing_from_elsewhere_and_stands_in_no_frame(
    served: Issuer, page: Page, desktop: ThreadingHTTPServer
) -> None:
    page.open(address(served))
    loaded = page.value("performance.getEntriesByType('resource').map(e => e.name)")
    assert [each for each in loaded if not each.endswith("/favicon.ico")] == []
    page.open(f"http://127.0.0.1:{desktop.server_port}/frames")
    page.complaints.clear()
    page.value(f"document.body.append(Object.assign(document.createElement('iframe'), {{src: {address(served)!r}}}))")
    page.until("document.querySelector('iframe').contentDocument === null")
    page.value("1")
    assert any("frame-ancestors" in each for each in page.complaints)


def test_every_page_says_that_the_issuer_is_for_development(served: Issuer) -> None:
    for path in (address(served), f"{served.url}/logout", f"{served.url}/authorize"):
        answer = httpx.get(path)
        assert "Local issuer, for development: no passwords" in answer.text
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_page_without_people_says_so(tmp_path: Path) -> None:
    issuer = Issuer.start(tmp_path, [])
    assert "nobody to sign in as" in httpx.get(address(issuer)).text
    issuer.stop()

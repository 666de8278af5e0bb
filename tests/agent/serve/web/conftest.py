"""A headless Chromium, driven over the DevTools protocol: real keys and clicks, its console, its accessibility tree."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 30.0
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
_KEYS = {
    "Enter": (13, "\r"),
    "Tab": (9, ""),
    "Escape": (27, ""),
    " ": (32, " "),
    "ArrowDown": (40, ""),
}
_SHIFT = 8


class Browser:
    """The connection to one Chromium. Events are handed to the page whose session they belong to."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._ids = itertools.count(1)
        self._pages: dict[str, Page] = {}

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The result of a command. Raises RuntimeError with what the browser says is wrong."""
        own = next(self._ids)
        sent = {"id": own, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        self._wire.send(json.dumps(sent))
        while True:
            said = json.loads(self._wire.recv(timeout=PATIENCE_S * 2))
            if said.get("id") == own:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                return said["result"]
            self._hear(said)

    def page(self, *, language: str = "en", width: int = 1200, height: int = 900) -> Page:
        """A page with cookies and storage of its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session, context)
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            page.call(f"{domain}.enable")
        agent = self.call("Browser.getVersion")["userAgent"]
        page.call("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
        page.size(width, height)
        return page

    def close(self) -> None:
        """Ends the browser."""
        self.call("Browser.close")

    def _hear(self, said: dict[str, Any]) -> None:
        page = self._pages.get(said.get("sessionId", ""))
        if page:
            page.hear(said["method"], said["params"])


class Page:
    """One page, used as a person does."""

    def __init__(self, browser: Browser, session: str, context: str) -> None:
        self._browser, self._session, self.context = browser, session, context
        self.complaints: list[str] = []
        """Errors and warnings on its console, exceptions, and what its policy refused."""
        self.requests: list[dict[str, Any]] = []
        self.expected: tuple[str, ...] = ()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command to this page."""
        return self._browser.call(method, self._session, **parameters)

    def hear(self, method: str, said: dict[str, Any]) -> None:
        """Notes what went wrong, and what was requested."""
        if method == "Runtime.exceptionThrown":
            details = said["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and said["type"] in ("error", "warning", "assert"):
            self.complaints.append(str([one.get("value") for one in said["args"]]))
        elif method == "Log.entryAdded" and said["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{said['entry']['text']} {said['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(said["request"])

    def open(self, url: str) -> None:
        """Goes to an address and waits until the page can be used."""
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && document.body.dataset.ready !== undefined")

    def js(self, expression: str) -> Any:
        """The value of an expression."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise AssertionError(done["exceptionDetails"].get("exception", {}).get("description"))
        return done["result"].get("value")

    def wait(self, expression: str) -> Any:
        """The value of an expression once it is true."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                if value := self.js(expression):
                    return value
            except (RuntimeError, AssertionError):
                """The page is being replaced by another."""
            time.sleep(0.05)
        raise AssertionError(f"never true: {expression}\n{self.text()[-1500:]}\n{self.complaints}")

    def text(self, selector: str = "body") -> str:
        """What can be read there."""
        return self.js(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def count(self, selector: str) -> int:
        """How many there are."""
        return self.js(f"document.querySelectorAll({json.dumps(selector)}).length")

    def click(self, selector: str) -> None:
        """Moves the mouse there and presses it."""
        found = self.wait(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            " if (!one || one.disabled) return null; one.scrollIntoView({block: 'center', behavior: 'instant'});"
            " const box = one.getBoundingClientRect();"
            " return box.width ? [box.x + box.width / 2, box.y + box.height / 2] : null; })()"
        )
        where = {"x": found[0], "y": found[1], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, **where)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Presses a key."""
        code, text = _KEYS[key]
        name = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": code}
        changed = {"modifiers": _SHIFT if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **name, **changed)
        self.call("Input.dispatchKeyEvent", type="keyUp", **name, **changed)

    def type(self, text: str) -> None:
        """Types where the focus is."""
        self.call("Input.insertText", text=text)

    def say(self, message: str) -> None:
        """Sends a message and waits for the end of its turn."""
        before = self.count(".turn")
        self.click("#message")
        self.type(message)
        self.press("Enter")
        self.wait(f"document.querySelectorAll('.turn').length > {before}")
        self.settled()

    def settled(self) -> None:
        """Waits until no turn runs."""
        self.wait("document.querySelector('.answered') && !document.querySelector('[aria-busy=true]')")

    def size(self, width: int, height: int) -> None:
        """The window's size in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def look(self, **features: str) -> None:
        """Media features, such as `prefers_color_scheme="dark"`."""
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=listed)

    def upload(self, selector: str, path: Path) -> None:
        """Chooses a file in a file field."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def save_to(self, folder: Path) -> None:
        """Downloads go there without a question."""
        where = {"browserContextId": self.context, "downloadPath": str(folder)}
        self._browser.call("Browser.setDownloadBehavior", behavior="allow", **where)

    def named(self) -> list[tuple[str, str]]:
        """(role, name) of everything a screen reader can come to."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        seen = [one for one in nodes if not one["ignored"]]
        return [(one["role"]["value"], one.get("name", {}).get("value", "")) for one in seen]

    def picture(self, path: Path) -> None:
        """A picture of what is seen."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        """Ends the page and forgets its cookies."""
        self._browser.call("Target.disposeBrowserContext", browserContextId=self.context)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all tests; they are skipped where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    profile = tmp_path_factory.mktemp("chromium")
    command = [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with connect(_address(profile / "DevToolsActivePort", running), max_size=None, proxy=None) as wire:
        browser = Browser(wire)
        yield browser
        browser.close()
    running.wait(timeout=PATIENCE_S)


def _address(written: Path, running: subprocess.Popen[bytes]) -> str:
    """Where it listens: the browser writes its port and path into a file."""
    until = time.monotonic() + PATIENCE_S * 2
    while time.monotonic() < until and running.poll() is None:
        lines = written.read_text().split() if written.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    pytest.skip("Chromium does not start on this machine")


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Opens pages that are gone after the test. A page that complained on its console fails the test."""
    pages: list[Page] = []

    def make(url: str = "", **settings: Any) -> Page:
        page = browser.page(**settings)
        pages.append(page)
        if url:
            page.open(url)
        return page

    yield make
    complaints = [one for page in pages for one in page.complaints if not any(word in one for word in page.expected)]
    for page in pages:
        page.close()
    assert complaints == []


HOSTILE = "<img src=x onerror=alert(1)> **sofa**"
"""The title of an item, which is to be read and not to be run."""


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Four kinds of things at six prices, one of each sponsored, and one whose texts are HTML."""
    rows = ["id,title,description,category,brand,price,rating,sponsored"]
    for kind, brand in (("lamp", "Lumo"), ("kettle", "Brewer"), ("chair", "Sitwell"), ("clock", "Tempo")):
        for size in range(1, 7):
            paid = "yes" if size == 2 else "no"
            told = f"{kind}-{size},{brand} {kind} {size},A {kind} of size {size}.,{kind}s,{brand}"
            rows.append(f"{told},${size * 25},{3 + size / 4},{paid}")
    rows.append(f'hostile,{HOSTILE},"<script>alert(2)</script> soft",sofas,<b>Bold</b>,$900,4.5,no')
    folder = tmp_path_factory.mktemp("web-shop")
    (folder / "shop.csv").write_text("\n".join(rows), "utf-8")
    return open_catalog(str(folder / "shop.csv"), home=folder)


@pytest.fixture(scope="session")
def shop_page(shop: Catalog, lasting: Callable[..., str]) -> str:
    """The address of the shop's web chat, for guests."""
    return warmed(lasting(shop))


def warmed(url: str) -> str:
    """The same address, after a first turn has loaded what turns need."""
    httpx.post(f"{url}/api/chat", json={"message": "recommend something good"}, timeout=120).raise_for_status()
    return url


@pytest.fixture(scope="session")
def grocery_page(groceries: Catalog, lasting: Callable[..., str]) -> str:
    """The address of the web chat of a catalog with pictures."""
    return warmed(lasting(groceries))

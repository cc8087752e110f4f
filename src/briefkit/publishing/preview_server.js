// In a page served by `briefkit watch`: reloads it after a render, at the place where the reader was, and shows errors.
(() => {
  const { manifest } = document.currentScript.dataset;
  const key = `briefkit watch ${location.pathname}`;
  const root = document.documentElement;
  const top = (element) => element.getBoundingClientRect().top;

  // Ids that stay from render to render; those of notes count numbers, and move with them.
  const anchors = () => [root, ...document.querySelectorAll(":is(h1, h2, h3, h4, h5, h6, section, figure, li)[id]")];
  const details = () =>
    Array.from(document.querySelectorAll("details"), (detail) => {
      const parent = detail.parentElement.closest("[id]") ?? document.body;
      return [`${parent.id} ${[...parent.querySelectorAll("details")].indexOf(detail)}`, detail];
    });

  const savePlace = () => {
    const visible = anchors().filter((element) => element.getClientRects().length);
    const near = visible.reduce((best, other) => (Math.abs(top(other)) < Math.abs(top(best)) ? other : best));
    const open = details().flatMap(([name, detail]) => (detail.open ? [name] : []));
    const place = { id: near.id, top: top(near), open, focus: document.activeElement?.id };
    sessionStorage.setItem(key, JSON.stringify(place));
    history.scrollRestoration = "manual";
  };

  const restorePlace = () => {
    const place = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    if (!place) return;
    details().forEach(([name, detail]) => (detail.open = place.open.includes(name)));
    if (place.focus) document.getElementById(place.focus)?.focus({ preventScroll: true });
    const anchor = place.id ? document.getElementById(place.id) : root;
    const move = () => anchor && scrollBy({ top: top(anchor) - place.top, behavior: "instant" });
    move();
    document.fonts.ready.then(move);
    addEventListener("load", () => requestAnimationFrame(() => (move(), (history.scrollRestoration = "auto"))));
  };

  const bar = document.createElement("div");
  const show = (role, text, colours) => {
    bar.textContent = text;
    bar.hidden = !text;
    bar.setAttribute("role", role);
    bar.tabIndex = role === "alert" ? 0 : -1; // long ones scroll, by keyboard too
    bar.style.cssText = `all: initial; ${text ? "" : "display: none;"} position: fixed; inset: auto 0 0 0; z-index: 9;
      box-sizing: border-box; max-height: 40vh; overflow: auto; padding: .6em 1em; white-space: pre-wrap;
      overflow-wrap: anywhere; font: 14px/1.4 ui-monospace, monospace; ${colours}`;
    document.body.append(bar);
  };

  let source;
  const follow = () => {
    source?.close(); // a browser keeps few connections: a page that nobody sees takes none
    if (document.hidden) return;
    source = new EventSource("/.watch/events");
    source.onerror = () => show("status", "briefkit watch is not running: this page may be behind.", "color: #000; background: #ffd866");
    source.onmessage = ({ data }) => {
      const state = JSON.parse(data);
      if (state.error) show("alert", state.error, "color: #fff; background: #8b1a1a");
      else show("status", state.busy ? "Rendering …" : "", "color: #fff; background: #333");
      if (state.manifest === manifest) return;
      source.close();
      savePlace();
      location.reload();
    };
  };

  restorePlace();
  document.addEventListener("visibilitychange", follow);
  follow();
})();

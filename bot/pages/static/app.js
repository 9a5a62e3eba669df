/* Within Telegram: its colours and its back button, and who asks. Nothing is needed elsewhere.
   What Telegram says stands behind "#" (https://core.telegram.org/bots/webapps); its own script,
   which reads that as well, would be a third party's. */
"use strict";
(() => {
  const told = new URLSearchParams(location.hash.slice(1).replace(/^[^=]*\?/, ""));
  const given = told.get("tgWebAppData");
  if (given === null) return;

  const post = (type, data = {}) => {
    const native = window.TelegramWebviewProxy;
    if (native) native.postEvent(type, JSON.stringify(data));
    else if (window.parent !== window) {
      const event = JSON.stringify({ eventType: type, eventData: data });
      window.parent.postMessage(event, "https://web.telegram.org");
    }
  };

  const light = (colour) => {
    const part = (at) => {
      const value = parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const read = (theme, name) => (/^#[0-9a-f]{6}$/i.test(theme[name]) ? theme[name] : "");
  const paint = (theme) => {
    const back = read(theme, "bg_color"), ink = read(theme, "text_color");
    if (!back || !ink || contrast(back, ink) < 4.5) return;
    const dark = light(back) < 0.2;
    const set = (name, value) => document.documentElement.style.setProperty(name, value);
    const legible = (name, otherwise) => {
      const colour = read(theme, name);
      return colour && contrast(back, colour) >= 4.5 ? colour : otherwise;
    };
    set("color-scheme", dark ? "dark" : "light");
    set("--bg", back);
    set("--text", ink);
    set("--link", legible("link_color", dark ? "#8fc1ff" : "#0b5394"));
    set("--hint", legible("hint_color", ink));
    set("--soft", back);
    set("--mark", dark ? "#5c4a00" : "#ffe08a");
    set("--marked", dark ? "#fff4cc" : "#1c1e21");
    post("web_app_set_background_color", { color: back });
    post("web_app_set_header_color", { color: back });
  };
  const parse = (text) => {
    try { return Object(JSON.parse(text)); } catch { return {}; }
  };
  paint(parse(told.get("tgWebAppThemeParams")));

  let deep = 0;
  const show = () => post("web_app_setup_back_button", { is_visible: deep > 0 });
  const hear = (type, data) => {
    if (type === "theme_changed") paint(Object(data && data.theme_params));
    if (type === "back_button_pressed" && deep > 0) { deep -= 2; history.back(); }
  };
  window.Telegram = { WebView: { receiveEvent: hear } };
  window.TelegramGameProxy_receiveEvent = hear;
  window.TelegramGameProxy = { receiveEvent: hear };
  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== "https://web.telegram.org") return;
    const said = parse(event.data);
    hear(said.eventType, said.eventData);
  });
  addEventListener("hashchange", () => { deep += 1; show(); });

  post("web_app_ready");
  post("web_app_expand");
  const asks = document.querySelector("[data-asks]");
  if (asks) {
    // Who it is says Telegram, by what it signed; the answer is the address of their page.
    fetch(location.pathname + location.search, { method: "POST", body: given, credentials: "omit" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
      .then((path) => location.replace(path + location.hash))
      .catch(() => { asks.hidden = true; document.querySelector("[data-refused]").hidden = false; });
    return;
  }
  // Other sheets are to know as much, and the place that a link names stands before it.
  for (const one of document.querySelectorAll('a[href^="?"]')) {
    const [sheet, place = ""] = one.getAttribute("href").split("#");
    one.setAttribute("href", `${sheet}#${place}?${told}`);
  }
  const [place] = location.hash.slice(1).match(/^p[0-9]+(?=\?)/) || ["mark"];
  const mark = document.getElementById(place);
  if (mark) mark.scrollIntoView({ block: "center", behavior: "instant" });
})();

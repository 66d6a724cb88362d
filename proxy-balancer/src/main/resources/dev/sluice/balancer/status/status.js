// The status page: draws the state that the gateway sends, and sends actions back. What holds everywhere:
//
// * Text of the gateway is put in as text: ids, paths and explanations may come from anyone.
// * A node is written only if what it shows has changed, and at most once a frame; a row stays the same element as long
//   as its item is there. So nothing flickers, and a selection, the focus and a screen reader stay where they are.
// * Ages are counted from the state's own `at`, since the clocks of the gateway and of the viewer may differ.
// * Nothing is collected: the history comes with each state, and what is gone from the state goes from the page.

const $ = id => document.getElementById(id);
const base = location.pathname.replace(/\/?$/, "/");
// `?every=100` behind the page's address asks for ten states a second; the gateway sends one a second by default.
const every = Math.min(60_000, Math.max(100, Number(new URLSearchParams(location.search).get("every")) || 1000));
const ROWS = 50;

let state = null;
let now = 0;

// ---- Nodes

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Sets the text of an element that has nothing else. The text node stays, so that no list of children changes. */
function write(element, text) {
  const node = element.firstChild ?? element.appendChild(new Text(""));
  if (node.data !== text) node.data = text;
}

function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function hide(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** Returns a function that shows a list of items: one part, `{element, update}`, for each key, in the order of the items. */
function list(parent, keyOf, create) {
  let parts = new Map();
  return items => {
    const next = new Map();
    for (const item of items) {
      let key = keyOf(item);
      // Two items may have one name.
      while (next.has(key)) key += "+";
      const part = parts.get(key) ?? create();
      next.set(key, part);
      part.update(item);
    }
    for (const [key, part] of parts) if (next.get(key) !== part) part.element.remove();
    parts = next;
    arrange(parent, next.values());
  };
}

/** Moves as few elements as it can, and keeps the focus: an element that moves would lose it. */
function arrange(parent, parts) {
  const focused = document.activeElement;
  let at = parent.firstElementChild;
  for (const { element } of parts) {
    // The one that stands here has moved further down. It gets its place when its turn comes.
    if (element !== at && at && element === at.nextElementSibling) {
      at.remove();
      at = element;
    }
    if (element === at) at = at.nextElementSibling;
    else parent.insertBefore(element, at);
  }
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

// ---- Words and numbers. A number and its unit stay on one line.

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const count = number => (number < 1000 ? String(Math.round(number * 100) / 100) : grouped.format(number));
const plural = (number, one, many = one + "s") => `${count(number)} ${number === 1 ? one : many}`;
const isAre = number => (number === 1 ? "is" : "are");
const highest = numbers => numbers.reduce((top, number) => Math.max(top, number ?? 0), 0);
const joined = parts => parts.filter(Boolean).join(" · ");
const said = value => (typeof value === "number" ? count(value) : String(value));
const pairs = values => Object.entries(values ?? {}).map(([name, value]) => `${name} ${said(value)}`);

const SVG = "http://www.w3.org/2000/svg";
const UNIT = "\u00a0";

function rate(number) {
  if (number == null) return "–";
  if (number === 0 || number >= 100) return count(Math.round(number));
  return number < 0.1 ? "<0.1" : number.toFixed(1);
}

const perSecond = number => `${rate(number)}${UNIT}/s`;

function percent(share) {
  const value = share * 100;
  return `${value === 0 || value >= 10 ? Math.round(value) : value < 0.1 ? "<0.1" : value.toFixed(1)}${UNIT}%`;
}

function millis(number) {
  if (number == null) return "–";
  if (number >= 10_000) return `${(number / 1000).toFixed(1)}${UNIT}s`;
  return `${number < 100 ? number.toFixed(1) : count(Math.round(number))}${UNIT}ms`;
}

function bytes(number) {
  const power = number < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(number) / 3));
  return `${power ? (number / 1000 ** power).toFixed(1) : number}${UNIT}${["B", "kB", "MB", "GB", "TB"][power]}`;
}

function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s}${UNIT}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${UNIT}min`;
  return s < 172_800 ? `${Math.floor(s / 3600)}${UNIT}h` : `${Math.floor(s / 86_400)}${UNIT}days`;
}

const since = instant => span(now - Date.parse(instant));
const left = instant => span(Date.parse(instant) - now);

// ---- What the states of a member mean. Those with the lowest rank come first in the table.

const STATES = {
  down: { word: "down", sign: "✕", level: "bad", rank: 0 },
  open: { word: "breaker open", sign: "✕", level: "bad", rank: 1 },
  ejected: { word: "ejected", sign: "✕", level: "bad", rank: 2 },
  on_trial: { word: "on trial", sign: "?", level: "watch", rank: 3 },
  starting: { word: "starting", sign: "↑", level: "watch", rank: 4 },
  draining: { word: "draining", sign: "↓", level: "watch", rank: 5 },
  drained: { word: "drained", sign: "–", level: "watch", rank: 6 },
  up: { word: "up", sign: "✓", level: "well", rank: 8 },
};
const meaning = member => STATES[member.state] ?? { word: member.state, sign: "?", level: "watch", rank: 7 };
const SIGNS = { bad: "✕", watch: "!", well: "✓", none: "?" };

function stateWords(member) {
  const { word } = meaning(member);
  if (member.state === "draining") return `${word}, ${count(member.inFlight)} in flight`;
  return member.until ? `${word}, ${left(member.until)} more` : word;
}

// ---- The verdict: what is wrong, the worst first. `key` says what it is about, without the numbers that change;
// `short` is for the title.

const bad = (short, key, text) => ({ level: "bad", short, key, text });
const watch = (key, text) => ({ level: "watch", short: "", key, text });

function problems() {
  const members = state.pools.flatMap(pool => pool.members.map(member => ({ pool, member, ...meaning(member) })));
  const found = [
    ...closing(),
    ...membersOut(members),
    ...state.pools.flatMap(poolProblem),
    ...failures(),
    ...state.maintenance.filter(({ on }) => on).map(({ name }) => watch(`maintenance ${name}`, `Maintenance is on: ${name}`)),
    ...membersChanging(members),
    ...waiting(),
    ...state.certificates.flatMap(certificateProblem),
    ...otherVersion(),
  ];
  if (!found.length) return [{ level: "well", short: "", key: "well", text: allWell(members.length) }];
  return [...found.filter(({ level }) => level === "bad"), ...found.filter(({ level }) => level !== "bad")];
}

function closing() {
  const servers = state.servers.filter(server => server.state === "closing");
  if (!servers.length) return [];
  const all = servers.length === state.servers.length;
  const text = all ? "The gateway is closing" : `Closing: ${servers.map(({ name }) => name).join(", ")}`;
  return [bad("closing", text, text)];
}

function membersOut(members) {
  const out = members.filter(({ level }) => level === "bad");
  if (!out.length) return [];
  const number = count(out.length);
  const text = `${number} of ${plural(members.length, "member")} ${isAre(out.length)} out: ${named(out)}`;
  return [bad(`${number} out`, keyOf(out), text)];
}

function membersChanging(members) {
  const changing = members.filter(({ level }) => level === "watch");
  if (!changing.length) return [];
  const which = `${count(changing.length)} of ${plural(members.length, "member")}`;
  return [watch(keyOf(changing), `${which} ${isAre(changing.length)} not in full use: ${named(changing)}`)];
}

function poolProblem({ name, members, panic }) {
  if (!members.some(member => member.state === "up" || member.state === "on_trial")) {
    return [bad("no member", `none ${name}`, `Pool ${name} has no member that is up`)];
  }
  const text = `Pool ${name} is in panic: too few members are well, so all get requests`;
  return panic ? [bad("panic", `panic ${name}`, text)] : [];
}

function certificateProblem(certificate) {
  const { name, until, problem } = certificate;
  const key = `certificate ${name}`;
  const level = certificateLevel(certificate);
  if (level === "well") return [];
  if (level === "watch") return [watch(key, `The certificate of ${name} ends in ${left(until)}`)];
  return [bad("certificate", key, problem ? `The certificate of ${name}: ${problem}` : `The certificate of ${name} has ended`)];
}

function certificateLevel({ until, problem }) {
  const days = until ? (Date.parse(until) - now) / 86_400_000 : Infinity;
  if (problem || days <= 0) return "bad";
  return days < 14 ? "watch" : "well";
}

function waiting() {
  const pools = state.pools.filter(pool => pool.queued + pool.parked > 0);
  const numbers = pools.map(pool => `${count(pool.queued + pool.parked)} in ${pool.name}`);
  return pools.length ? [watch("waiting", `Requests wait for a member: ${numbers.join(", ")}`)] : [];
}

let version = null;

function otherVersion() {
  version ??= state.version;
  const text = `The gateway is of version ${state.version} by now: reload this page, which is of ${version}`;
  return state.version === version ? [] : [watch("version", text)];
}

let failing = false;

function failures() {
  const share = recentFailures();
  // It begins at 5 % and ends below 2 %: with one bound, a share near it would make the sentence come and go.
  failing = share >= (failing ? 0.02 : 0.05);
  return failing ? [bad("failing", "failing", `${percent(share)} of the requests of the last 30 s failed`)] : [];
}

function recentFailures() {
  const { history } = state.traffic;
  const steps = Math.max(1, Math.round(30 / history.stepSeconds));
  const sum = numbers => numbers.slice(-steps).reduce((total, number) => total + (number ?? 0), 0);
  const failed = sum(history.failedRate);
  // A few failures at night are no trouble of the gateway.
  return failed * history.stepSeconds < 5 ? 0 : failed / sum(history.rate);
}

const keyOf = members => members.map(({ pool, member }) => `${pool.name} ${member.id} ${member.state}`).join();

function named(members) {
  const where = pool => (state.pools.length > 1 ? ` in ${pool.name}` : "");
  const names = members.slice(0, 3).map(({ pool, member, word }) => `${member.id}${where(pool)} (${word})`);
  return names.join(", ") + (members.length > 3 ? ` and ${count(members.length - 3)} more` : "");
}

function allWell(members) {
  if (!members) return "The gateway serves";
  return members === 1 ? "The only member is well" : `All ${count(members)} members are well`;
}

let verdict = [{ level: "none", short: "", key: "loading", text: "Loading" }];
const showNotes = list($("notes"), note => note.key, () => {
  const element = el("li");
  return { element, update: note => write(element, note.text) };
});

function showVerdict() {
  const unsure = doubt();
  const [{ level, key, text, short }, ...others] = unsure ? [unsure, ...verdict] : verdict;
  const notes = others.slice(0, 6);
  mark($("verdict"), "data-level", level);
  mark(document.body, "data-old", String(Boolean(unsure)));
  write($("sign"), SIGNS[level]);
  write($("headline"), text);
  showNotes(notes);
  write($("feed"), paused ? "Paused" : unsure ? "Not live" : source ? "Live" : "Every 5 s");
  const title = (short && level !== "watch" ? `(${short}) ` : "") + (state?.title ?? "Gateway status");
  if (document.title !== title) document.title = title;
  mark($("icon"), "href", ICONS[level]);
  tell([key, ...notes.map(note => note.key)].join("\n"), [text, ...notes.map(note => note.text)].join(". "));
}

/** Returns why what is shown may not be so any more, or null. */
function doubt() {
  const silent = Date.now() - receivedAt;
  const none = (short, text) => ({ level: "none", short, key: short, text });
  if (paused) return none("paused", `Paused ${span(silent)} ago`);
  if (broken) return none("no data", broken);
  if (silent > patience) return none("no data", `No data for ${span(silent)}: ${trouble || "reconnecting"}`);
  return null;
}

// The icon of the tab has another form for each level, too.
function icon(colour, form) {
  const path = `<path fill="${colour}" d="${form}"/>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="${SVG}" viewBox="0 0 16 16">${path}</svg>`)}`;
}

const ICONS = {
  bad: icon("#d3262d", "M1 1h14v14H1z"),
  watch: icon("#d98a00", "M8 1l7.5 14H.5z"),
  well: icon("#1d8a4a", "M8 1a7 7 0 010 14A7 7 0 018 1z"),
  none: icon("#808488", "M1 6h14v4H1z"),
};

// Screen readers are told what has changed, not each tick: at most once in 5 s, and then how it is by then.
let toldKey = "";
let toldAt = 0;

function tell(key, text) {
  if (key === toldKey || Date.now() - toldAt < 5000) return;
  toldKey = key;
  toldAt = Date.now();
  write($("told"), text);
}

// ---- Traffic

function sparkline() {
  const element = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  mark(element, "viewBox", "0 0 120 30");
  mark(element, "preserveAspectRatio", "none");
  mark(element, "aria-hidden", "true");
  element.append(path);
  return {
    element,
    update(numbers) {
      const top = Math.max(1e-9, highest(numbers));
      const wide = 120 / Math.max(1, numbers.length - 1);
      const steps = numbers.map((number, index) => {
        if (number == null) return "";
        // After a gap the pen is put down again.
        const pen = numbers[index - 1] == null ? "M" : "L";
        return `${pen}${(index * wide).toFixed(1)} ${(29 - (number / top) * 28).toFixed(1)}`;
      });
      mark(path, "d", steps.join(""));
    },
  };
}

function tile() {
  const name = el("dt");
  const value = el("span", { class: "value" });
  const note = el("span", { class: "sub" });
  const line = sparkline();
  return {
    element: el("div", { class: "tile" }, name, el("dd", {}, value, line.element, note)),
    update(item) {
      write(name, item.name);
      write(value, item.value);
      write(note, item.note);
      line.update(item.numbers);
    },
  };
}

const factList = dl => list(dl, ([name]) => name, () => {
  const name = el("dt");
  const value = el("dd");
  return {
    element: el("div", {}, name, value),
    update([key, text]) {
      write(name, key);
      write(value, said(text));
    },
  };
});

const showTiles = list($("tiles"), item => item.name, tile);
const showTotals = factList($("totals"));

function showTraffic() {
  const { traffic } = state;
  const { now: current, history } = traffic;
  const minutes = span(history.rate.length * history.stepSeconds * 1000);
  const tileOf = (name, value, numbers, form, more) =>
    ({ name, value: form(value), numbers, note: joined([`up to ${form(highest(numbers))} in ${minutes}`, more]) });
  showTiles([
    tileOf("Requests a second", current.rate, history.rate, rate),
    tileOf("Failures a second", current.failedRate, history.failedRate, rate),
    tileOf("Latency, median", current.p50, history.p50, millis, `90th now ${millis(current.p90)}`),
    tileOf("Latency, 99th percentile", current.p99, history.p99, millis),
  ]);
  showTotals([
    ["In flight", count(state.servers.reduce((sum, server) => sum + server.inFlight, 0))],
    ["Requests", `${count(traffic.requests)}, ${count(traffic.failed)} failed`],
    ["Attempts", `${count(traffic.attempts)}, ${count(traffic.attemptsFailed)} failed`],
    ["Received, sent", `${bytes(traffic.requestBytes)}, ${bytes(traffic.responseBytes)}`],
    ["Statuses", joined(pairs(traffic.statuses)) || "none"],
    ["Outcomes", joined(pairs(traffic.outcomes)).replaceAll("_", " ") || "none"],
  ]);
}

// ---- Tables: a column has a name, its text, and if wanted a smaller second line, a sign and an action

function cell(column, index) {
  const main = el("span", { class: "main" });
  const element = index
    ? el("td", { role: "cell", "data-label": column.name, class: column.kind ?? "" })
    : el("th", { role: "rowheader", scope: "row", class: column.kind ?? "" });
  const sign = column.mark && el("span", { class: "sign", "aria-hidden": "true" });
  const sub = column.sub && el("span", { class: "sub" });
  const button = column.action && opener(column.action);
  if (sign) element.append(sign);
  if (column.main) element.append(main);
  if (sub) element.append(sub);
  if (button) element.append(button.element);
  return {
    element,
    update(item) {
      if (column.main) write(main, column.main(item));
      if (sub) write(sub, column.sub(item));
      button?.update(item);
      if (!sign) return;
      const meant = column.mark(item);
      mark(element, "data-level", meant.level);
      write(sign, meant.sign);
    },
  };
}

/** A table whose roles are written out: as a grid on a desk and as cards on a phone it is still a table to a screen reader. */
function table(holder, kind, columns, key) {
  const caption = el("caption", { class: "unseen" });
  const names = columns.map(column => el("th", { role: "columnheader", scope: "col", class: column.kind ?? "" }, column.name));
  const body = el("tbody", { role: "rowgroup" });
  const head = el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...names));
  holder.append(el("table", { role: "table", class: kind }, caption, head, body));
  const fill = list(body, key, () => {
    const cells = columns.map(cell);
    return {
      element: el("tr", { role: "row" }, ...cells.map(({ element }) => element)),
      update: item => cells.forEach(part => part.update(item)),
    };
  });
  return (title, items) => {
    write(caption, title);
    fill(items);
  };
}

// ---- Pools

/** The columns of a table of members. `pool` returns the name of the pool. */
const memberColumns = pool => [
  { name: "Member", main: member => member.id, sub: member => joined(pairs(member.tags)) },
  {
    name: "State",
    kind: "state",
    mark: meaning,
    main: stateWords,
    sub: ({ why, whySince }) => joined([why, whySince && `for ${since(whySince)}`]),
  },
  {
    name: "Weight",
    kind: "number",
    main: ({ weightInEffect }) => String(Math.round(weightInEffect * 100) / 100),
    sub: ({ weight, weightInEffect, priority }) =>
      joined([weightInEffect !== weight && `of ${weight}`, priority && `priority ${priority}`]),
  },
  {
    name: "In flight",
    kind: "number",
    main: ({ inFlight }) => count(inFlight),
    sub: ({ limit }) => (limit == null ? "" : `of ${count(limit)}`),
  },
  { name: "Requests", kind: "number", main: m => perSecond(m.rate), sub: m => `${count(m.requests)} in all` },
  { name: "Failures", kind: "number", main: m => percent(m.failureRate), sub: m => `${count(m.failures)} in all` },
  { name: "Latency", kind: "number", main: member => millis(member.latency) },
  {
    name: "Last probe",
    kind: "probe",
    mark: ({ probe }) => PROBES[probe ? String(probe.passed) : "none"],
    main: ({ probe }) => (probe ? `${probe.passed ? "passed" : "failed"} ${since(probe.at)} ago` : "none"),
    sub: ({ probe }) => (probe ? joined([probe.detail, millis(probe.ms)]) : ""),
  },
  {
    name: "Change",
    kind: "action",
    action: {
      text: () => "Change",
      label: member => `Change ${member.id} of ${pool()}`,
      choices: member => memberChoices(pool(), member),
    },
  },
];
const PROBES = { true: { level: "well", sign: "✓" }, false: { level: "bad", sign: "✕" }, none: { level: "none", sign: "" } };

function matches(member) {
  const only = $("only").value;
  if (only === "trouble" ? member.state === "up" : only && member.state !== only) return false;
  const wanted = $("find").value.trim().toLowerCase();
  const text = [member.id, ...pairs(member.tags), meaning(member).word, member.why].join(" ");
  return text.toLowerCase().includes(wanted);
}

function poolPart() {
  const name = el("h3");
  const summary = el("p", { class: "muted" });
  const more = el("button", { type: "button", class: "more" });
  const holder = el("div");
  const showMembers = table(holder, "members", memberColumns(() => name.textContent), member => member.id);
  let all = false;
  more.addEventListener("click", () => {
    all = !all;
    drawAgain();
  });
  return {
    element: el("article", { class: "pool" }, name, summary, holder, more),
    update(pool) {
      write(name, pool.name);
      write(summary, poolSummary(pool));
      // The sort is stable: a row moves only when the state of a member has changed.
      const found = pool.members.filter(matches).sort((a, b) => meaning(a).rank - meaning(b).rank);
      showMembers(`Members of pool ${pool.name}`, all ? found : found.slice(0, ROWS));
      hide(more, found.length <= ROWS);
      write(more, all ? `Show only ${ROWS}` : `Show all ${count(found.length)}`);
    },
  };
}

function poolSummary(pool) {
  const counts = new Map();
  for (const member of pool.members) counts.set(meaning(member), (counts.get(meaning(member)) ?? 0) + 1);
  const others = [...counts].filter(([{ level }]) => level !== "well").sort(([a], [b]) => a.rank - b.rank);
  return joined([
    `${count(counts.get(STATES.up) ?? 0)} of ${plural(pool.members.length, "member")} up`,
    ...others.map(([{ word }, number]) => `${count(number)} ${word}`),
    pool.panic && "panic: all get requests",
    `${count(pool.inFlight)} in flight`,
    pool.queued && `${count(pool.queued)} queued`,
    pool.parked && `${count(pool.parked)} parked`,
  ]);
}

const worst = pool => Math.min(...pool.members.map(member => meaning(member).rank), 9);
const showPoolList = list($("pool-list"), pool => pool.name, poolPart);

function showPools(pools) {
  const filtered = $("find").value.trim() || $("only").value;
  const shown = filtered ? pools.filter(pool => pool.members.some(matches)) : [...pools];
  // A pool with a member that is out comes before the others, which may have many members.
  showPoolList(shown.sort((a, b) => (worst(a) < 3 ? 0 : 1) - (worst(b) < 3 ? 0 : 1)));
  const members = pools.flatMap(pool => pool.members);
  write($("matches"), filtered ? `${count(members.filter(matches).length)} of ${plural(members.length, "member")}` : "");
}

for (const [value, { word }] of Object.entries(STATES)) $("only").append(el("option", { value }, word));
$("find").addEventListener("input", drawAgain);
$("only").addEventListener("change", drawAgain);

// ---- Failures. While one of them is open the list stands still: new ones on top would move it away from the reader.

const failureKey = ({ at, id, target }) => `${at} ${id} ${target}`;
const showFailureList = list($("failure-list"), failureKey, () => {
  const [when, what, how, text] = ["when", "what", "how", ""].map(kind => el("span", { class: kind }));
  const ids = el("p", { class: "muted" });
  const explain = el("pre");
  return {
    element: el("li", {}, el("details", {}, el("summary", {}, when, what, how, text), ids, explain)),
    update(failure) {
      write(when, `${since(failure.at)} ago`);
      write(what, failure.method ? `${failure.method} ${failure.target}` : "a request that could not be read");
      write(how, `${failure.status} ${(failure.outcome ?? "").replaceAll("_", " ")}`);
      write(text, joined([millis(failure.ms), plural(failure.attempts, "attempt")]));
      const { route, id, trace, at } = failure;
      write(ids, joined([route && `route ${route}`, id && `request ${id}`, trace && `trace ${trace}`, new Date(at).toISOString()]));
      write(explain, failure.explain ?? "No explanation was recorded.");
    },
  };
});

let shownFailures = [];

function showFailures(failures) {
  const open = $("failure-list").querySelector("details[open]");
  if (!open) shownFailures = failures;
  const known = new Set(shownFailures.map(failureKey));
  const newer = failures.filter(failure => !known.has(failureKey(failure))).length;
  write($("newer"), newer ? `${count(newer)} newer. The list goes on when you close what is open.` : "");
  showFailureList(shownFailures);
}

// ---- The other sections

const showRoutes = table($("route-table"), "routes", [
  { name: "Route", main: route => route.name, sub: route => joined(pairs(route.statuses)) },
  { name: "Requests", kind: "number", main: route => perSecond(route.rate), sub: route => `${count(route.requests)} in all` },
  { name: "Failures", kind: "number", main: route => perSecond(route.failedRate), sub: route => `${count(route.failed)} in all` },
  { name: "Median", kind: "number", main: route => millis(route.p50) },
  { name: "99th", kind: "number", main: route => millis(route.p99) },
  {
    name: "In the log",
    kind: "number",
    main: route => (route.logShare == null ? "–" : percent(route.logShare)),
    action: {
      text: () => "Change",
      label: route => `Change how much of ${route.name} is logged`,
      when: route => route.logShare != null,
      choices: logChoices,
    },
  },
], route => `${route.order} ${route.name}`);

const showCertificates = table($("certificate-table"), "certificates", [
  { name: "Name", main: certificate => certificate.name },
  {
    name: "Ends",
    kind: "state",
    mark: certificateMark,
    main: ({ until }) => (!until ? "unknown" : Date.parse(until) < now ? "has ended" : `in ${left(until)}`),
    sub: ({ until, problem }) => joined([problem, until?.slice(0, 10)]),
  },
], certificate => certificate.name);

function certificateMark(certificate) {
  const level = certificateLevel(certificate);
  return { level, sign: SIGNS[level] };
}

/** Shows items as cards. `describe` returns an item's facts; `action`, if wanted, what its button does. */
function cards(holder, describe, action) {
  return list(holder, item => item.name, () => {
    const name = el("h3");
    const facts = el("dl", { class: "facts" });
    const showFacts = factList(facts);
    const button = action && opener(action);
    const element = el("article", { class: "card" }, name, facts);
    if (button) element.append(button.element);
    return {
      element,
      update(item) {
        write(name, item.name);
        showFacts(describe(item));
        button?.update(item);
      },
    };
  });
}

const numbers = item => Object.entries(item.numbers ?? {});
const showConnections = cards($("connection-cards"), numbers);
const showLimits = cards($("limit-cards"), numbers);
const maintenanceFacts = ({ on }) => [["maintenance", on ? "on: clients get the maintenance page" : "off"]];
const showMaintenance = cards($("maintenance-cards"), maintenanceFacts, {
  text: item => (item.on ? "Switch off" : "Switch on"),
  label: item => `Switch ${item.on ? "off" : "on"} maintenance of ${item.name}`,
  choices: maintenanceChoices,
});
const showCaches = cards($("cache-cards"), cacheFacts, {
  text: () => "Purge",
  label: cache => `Purge ${cache.name}`,
  choices: purgeChoices,
});

function cacheFacts(cache) {
  const missed = Object.values(cache.forwards ?? {}).reduce((sum, number) => sum + number, 0);
  const asked = cache.hits + cache.staleHits + missed;
  return [
    ["hits", `${count(cache.hits)}${asked ? `, ${percent((cache.hits + cache.staleHits) / asked)}` : ""}`],
    ["stale hits", count(cache.staleHits)],
    ["bytes from the cache", bytes(cache.hitBytes)],
    ["asked the server", joined(pairs(cache.forwards)) || "never"],
    ["validated", count(cache.validated)],
    ["waited for another request", count(cache.collapsed)],
    ["stored", `${count(cache.stored)}, ${count(cache.evictions)} evicted, ${count(cache.storeFailures)} failed`],
    ["being filled", count(cache.fills)],
    ["size", `${plural(cache.entries, "entry", "entries")}, ${bytes(cache.bytes)} of ${bytes(cache.maxBytes)}`],
  ];
}

const showConfiguration = list($("configuration-list"), item => item.name, () => {
  const name = el("summary");
  const values = el("dl", { class: "facts" });
  const showValues = factList(values);
  return {
    element: el("details", {}, name, values),
    update(item) {
      write(name, item.name);
      showValues(Object.entries(item.values ?? {}));
    },
  };
});

// ---- Actions: a button opens a dialog that says what will happen. Without actions no button is made.

function opener({ text, label, choices, when = () => true }) {
  const element = el("span", { class: "action" });
  let button = null;
  let current = null;
  return {
    element,
    update(item) {
      current = item;
      const wanted = state.actions.on && when(item);
      if (wanted && !button) {
        button = el("button", { type: "button" });
        button.addEventListener("click", () => ask(label(current), choices(current)));
        element.append(button);
      } else if (!wanted && button) {
        button.remove();
        button = null;
      }
      if (!button) return;
      write(button, text(item));
      mark(button, "aria-label", label(item));
    },
  };
}

const words = (name, label) => ({ name, label, type: "text", required: "" });
const number = (name, label, bounds) => ({ name, label, type: "number", required: "", ...bounds });

function memberChoices(pool, member) {
  const away = member.state === "draining" || member.state === "drained";
  const about = { pool, member: member.id };
  const drain = {
    name: "Drain",
    says: `${member.id} gets no new requests. Those in flight, now ${count(member.inFlight)}, are finished. It stays in the pool.`,
    body: () => ({ action: "drain", ...about }),
  };
  const resume = { name: "Put back", says: `${member.id} gets requests again.`, body: () => ({ action: "resume", ...about }) };
  return [
    away ? resume : drain,
    {
      name: "Set the weight",
      says: `The share of ${member.id} is in proportion to its weight, now ${member.weight}. Twice the weight is twice the share.`,
      fields: [number("weight", "Weight", { min: 1, max: 1_000_000, step: 1, value: member.weight })],
      body: ({ weight }) => ({ action: "weight", ...about, weight: Number(weight) }),
    },
    {
      name: "Replace",
      says: `A server at another address takes the place of ${member.id} once it is well. Then ${member.id} is drained and removed.`,
      fields: [words("url", "URL of the new server")],
      body: ({ url }) => ({ action: "replace", ...about, url: url.trim() }),
    },
  ];
}

function purgeChoices(cache) {
  const soft = { name: "soft", label: "Soft: they may still be served stale while they are fetched again", type: "checkbox" };
  const choice = (name, says, fields, what) => ({
    name,
    says,
    fields: [...fields, soft],
    body: values => ({ action: "purge", cache: cache.name, ...what(values), soft: values.soft === "on" }),
  });
  const { name, entries } = cache;
  const all = `All ${plural(entries, "entry", "entries")} of ${name} are dropped. Until it is full again the servers get more requests.`;
  return [
    choice("Purge a tag", `All responses in ${name} with this tag are dropped.`, [words("tag", "Tag")], ({ tag }) => ({ tag })),
    choice("Purge a URL", `All responses in ${name} for this URL are dropped.`, [words("url", "URL")], ({ url }) => ({ url })),
    choice("Purge everything", all, [], () => ({ all: true })),
  ];
}

function maintenanceChoices({ name, on }) {
  const says = on ? `Requests of ${name} reach the servers again.` : `Clients of ${name} get the maintenance page.`;
  return [{ name: on ? "Switch off" : "Switch on", says, body: () => ({ action: "maintenance", switch: name, on: !on }) }];
}

function logChoices(route) {
  return [{
    name: "Set the share",
    says: `The access log keeps this share of the requests of ${route.name}, chosen at random; now ${percent(route.logShare)}.`,
    fields: [number("share", "Percent", { min: 0, max: 100, step: "any", value: Math.round(route.logShare * 10_000) / 100 })],
    body: ({ share }) => ({ action: "log", route: route.name, share: Number(share) / 100 }),
  }];
}

async function send(body) {
  const headers = { "X-Sluice-Token": state.actions.token };
  const signal = AbortSignal.timeout(30_000);
  const response = await fetch(`${base}action`, { method: "POST", headers, body: new URLSearchParams(Object.entries(body)), signal });
  const answer = await response.json().catch(() => ({}));
  return response.ok
    ? { done: answer.done ?? "Done." }
    : { error: `Not done: ${answer.error ?? `the gateway answered ${response.status}`}` };
}

function ask(title, choices) {
  const says = el("p");
  const fields = el("div", { class: "fields" });
  const error = el("p", { class: "error", role: "alert" });
  const cancel = el("button", { type: "button" }, "Cancel");
  const confirm = el("button", { type: "submit", class: "confirm" });
  const form = el("form", {}, says, fields, error, el("div", { class: "buttons" }, cancel, confirm));
  const dialog = el("dialog", { "aria-labelledby": "ask" }, el("h2", { id: "ask" }, title), form);
  let chosen = null;
  const choose = choice => {
    chosen = choice;
    write(says, choice.says);
    write(error, "");
    write(confirm, choice.name);
    fields.replaceChildren(...(choice.fields ?? []).map(field));
  };
  if (choices.length > 1) form.prepend(radios(choices, choose));
  choose(choices[0]);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", event => {
    event.preventDefault();
    run(dialog, form, error, chosen.body(Object.fromEntries(new FormData(form))));
  });
  // A dialog is made for each question, so that none keeps an old one's content.
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const field = ({ label, ...attributes }) =>
  el("label", { class: attributes.type }, el("span", {}, label), el("input", attributes));

function radios(choices, choose) {
  const group = el("fieldset", {}, el("legend", {}, "What to do"));
  choices.forEach((choice, index) => {
    const input = el("input", { type: "radio", name: "choice", value: index });
    input.checked = index === 0;
    input.addEventListener("change", () => choose(choice));
    group.append(el("label", {}, input, el("span", {}, choice.name)));
  });
  return group;
}

async function run(dialog, form, error, body) {
  const controls = [...form.elements];
  const wait = event => event.preventDefault();
  const focused = document.activeElement;
  controls.forEach(control => (control.disabled = true));
  dialog.addEventListener("cancel", wait);
  write(error, "");
  // Without an answer nobody knows: the gateway may have done it, and the answer may be lost.
  const answer = await send(body).catch(() => ({ error: "The gateway has not answered. It may have been done." }));
  dialog.removeEventListener("cancel", wait);
  if (paused) poll();
  if (answer.error) {
    controls.forEach(control => (control.disabled = false));
    write(error, answer.error);
    focused.focus();
    return;
  }
  const close = el("button", { type: "button" }, "Close");
  close.addEventListener("click", () => dialog.close());
  form.replaceWith(el("p", { class: "done", role: "status" }, answer.done), el("div", { class: "buttons" }, close));
  close.focus();
}

// ---- Drawing

// Each section of the state has the id of its section of the page.
const SECTIONS = {
  pools: showPools,
  failures: showFailures,
  routes: routes => showRoutes("Routes, in the order in which they are tried", routes),
  certificates: certificates => showCertificates("TLS certificates", certificates),
  maintenance: showMaintenance,
  caches: showCaches,
  limits: showLimits,
  connections: showConnections,
  configuration: showConfiguration,
};

const links = new Map();
for (const section of document.querySelectorAll("#sections > section")) {
  const link = el("li", {}, el("a", { href: `#${section.id}` }, section.querySelector("h2").textContent));
  links.set(section.id, link);
  $("contents").append(link);
}

function show() {
  hide($("sections"), false);
  mark($("sections"), "data-actions", state.actions.on ? "on" : "off");
  write($("name"), state.title);
  const servers = state.servers.map(server => `${server.name} ${server.state}`);
  write($("about"), joined([`version ${state.version}`, `running for ${since(state.since)}`, ...servers]));
  mark($("at"), "datetime", state.at);
  write($("at"), new Date(now).toLocaleTimeString("en-GB"));
  showTraffic();
  for (const [id, showItems] of Object.entries(SECTIONS)) {
    const items = state[id];
    hide($(id), !items.length);
    hide(links.get(id), !items.length);
    showItems(items);
  }
}

let incoming = null;
let again = false;
let broken = "";
let scheduled = false;

function draw() {
  // No frames come to a tab that is hidden, but its title shall be true.
  if (document.hidden) {
    setTimeout(frame);
  } else if (!scheduled) {
    scheduled = true;
    requestAnimationFrame(frame);
  }
}

function drawAgain() {
  again = true;
  draw();
}

function frame() {
  scheduled = false;
  try {
    read();
    if (state && again && !document.hidden) {
      again = false;
      show();
    }
  } catch (error) {
    // What is shown now is partly old. Probably another version of the gateway runs by now.
    broken = `This page cannot show the data. Reload it. (${error.message})`;
    console.error(error);
  }
  showVerdict();
}

/** Only the last of several states is read: a slow viewer skips states, and is never behind. */
function read() {
  if (incoming === null) return;
  const text = incoming;
  incoming = null;
  broken = "";
  state = JSON.parse(text);
  now = Date.parse(state.at);
  verdict = problems();
  again = true;
}

// ---- Data

let source = null;
let timer = 0;
let receivedAt = Date.now();
let paused = false;
// What the gateway answers instead of the data.
let trouble = "";
// For how many milliseconds data may stay out.
let patience = 0;

function take(text) {
  incoming = text;
  receivedAt = Date.now();
  draw();
}

/** Closes what is open, and goes on as the page is now: live, hidden or paused. */
function open() {
  source?.close();
  source = null;
  clearTimeout(timer);
  if (paused) return;
  if (document.hidden) {
    // No stream for a tab that nobody sees; only its title shall be true. Browsers may make a minute of the 30 s.
    pollAndOpen(30_000, 90_000);
    return;
  }
  patience = Math.max(5000, 3 * every);
  const opened = new EventSource(`${base}events?every=${every}`);
  source = opened;
  opened.onmessage = event => {
    trouble = "";
    take(event.data);
  };
  // After a lost connection the browser opens another one. It gives up if the gateway refused it, which we don't.
  opened.onerror = () => {
    if (opened !== source || opened.readyState !== EventSource.CLOSED) return;
    source = null;
    pollAndOpen(5000, 12_000);
  };
}

function pollAndOpen(wait, patient) {
  patience = patient;
  timer = setTimeout(open, wait);
  poll();
}

/** Asks for the state once: without the stream this still shows how it is, or why it cannot be seen. */
async function poll() {
  try {
    const response = await fetch(`${base}data`, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    trouble = response.ok ? "" : `the gateway answers ${response.status} ${text.slice(0, 200)}`;
    if (response.ok) take(text);
  } catch {
    trouble = "";
  }
}

$("pause").addEventListener("click", () => {
  paused = !paused;
  write($("pause"), paused ? "Go on" : "Pause");
  open();
  draw();
});
document.addEventListener("visibilitychange", open);
setInterval(draw, 1000);
open();

// What the status page promises, checked in a browser. Each check gets the browser and the page's URL, and throws what is wrong.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { HtmlValidate } from "html-validate";
import { awaited, check, feed, PATIENCE, updates, visit } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const stateOf = async url => (await fetch(`${url}data`)).json();

function clean(problems) {
  check(problems.length === 0, problems.join("\n"));
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run());
  const first = nodes => nodes.slice(0, 3).map(node => `${node.html} ${node.failureSummary}`).join(", ");
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${first(nodes)}`);
  check(found.length === 0, `${where}: ${found.join("\n")}`);
}

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(wide <= 0, `the page is ${wide} pixels wider than the window`);
}

async function look(browser, url, out, name, view) {
  clean(await browser.with(view, async page => {
    await visit(page, url);
    await page.screenshot({ path: `${out}/${name}.png` });
    await fits(page);
    const missing = await page.evaluate(() => document.body.innerText.match(/.*\b(undefined|NaN|null)\b.*/)?.[0]);
    check(!missing, `a value that is missing is shown: ${missing}`);
    await accessible(page, name);
    await page.locator("#pools").scrollIntoViewIfNeeded();
    await page.locator("#pools h2").evaluate(title => title.scrollIntoView());
    await page.screenshot({ path: `${out}/${name}-pools.png` });
    await page.locator("#failure-list summary").first().click();
    await page.locator("#configuration-list summary").first().click();
    await page.locator("#failures h2").evaluate(title => title.scrollIntoView());
    await page.screenshot({ path: `${out}/${name}-failures.png` });
    await accessible(page, `${name}, opened`);
    await page.locator(".members button").first().click();
    await page.screenshot({ path: `${out}/${name}-dialog.png` });
    await accessible(page, `${name}, a dialog`);
  }));
}

/** Presses Tab until the focus is where `wanted` (a selector) is, and returns how often. */
async function tabTo(page, wanted, most = 400) {
  for (let pressed = 1; pressed <= most; pressed++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(selector => document.activeElement.matches(selector), wanted)) return pressed;
  }
  throw new Error(`${most} times Tab do not reach ${wanted}`);
}

const dialogIs = (page, open) =>
  awaited(page, `a dialog is ${open ? "open" : "closed"}`, wanted => Boolean(document.querySelector("dialog[open]")) === wanted, open);

/** Looks for the result of an action, which the dialog shows. */
const isDone = page => awaited(page, "the result", () => document.querySelector("dialog .done")?.textContent.length > 0);

export const checks = {
  ...Object.fromEntries(
    Object.entries({ desk: DESK, phone: PHONE }).flatMap(([device, size]) =>
      ["light", "dark"].map(scheme => [
        `it looks right and is accessible on a ${device} in ${scheme}`,
        (browser, url, out) => look(browser, url, out, `${device}-${scheme}`, { ...size, scheme }),
      ]))),

  async "each verdict and each state of a member is accessible, in light and dark"(browser, url) {
    const whole = await stateOf(url);
    const states = ["up", "starting", "down", "ejected", "on_trial", "open", "draining", "drained", "of another version"];
    const [pool] = whole.pools;
    const withStates = names => {
      const members = names.map((state, index) => ({ ...pool.members[0], id: `m${index}`, state }));
      return { ...whole, certificates: [], maintenance: [], pools: [{ ...pool, panic: false, queued: 0, parked: 0, members }] };
    };
    for (const scheme of ["light", "dark"]) {
      await browser.with({ ...DESK, scheme }, async page => {
        const give = await feed(page);
        const isNow = async level => {
          await page.locator(`#verdict[data-level="${level}"]`).waitFor();
          await accessible(page, `${level} in ${scheme}`);
        };
        give(withStates(states));
        await visit(page, url);
        await isNow("bad");
        give(withStates(["up", "draining"]));
        await isNow("watch");
        give(withStates(["up"]));
        await isNow("well");
        await page.locator("#pause").click();
        await isNow("none");
      });
    }
  },

  async "its HTML is valid, as it is served and as it is then"(browser, url) {
    const validate = async (html, preset, rules) => {
      const report = await new HtmlValidate({ root: true, extends: [preset], rules }).validateString(html);
      const found = report.results.flatMap(result => result.messages).map(({ line, ruleId, message }) => `line ${line}: ${ruleId}: ${message}`);
      check(found.length === 0, `${preset}:\n${found.slice(0, 20).join("\n")}`);
    };
    await validate(await (await fetch(url)).text(), "html-validate:recommended", {});
    clean(await browser.with(DESK, async page => {
      await visit(page, url);
      await page.locator(".members button").first().click();
      // The tables name their roles since their rows are grids, which some browsers take for no table.
      const rendered = await page.evaluate(() => `<!DOCTYPE html>${document.documentElement.outerHTML}`);
      await validate(rendered, "html-validate:standard", { "no-redundant-role": "off" });
    }));
  },

  async "a policy that allows nothing else is sent with it"(browser, url) {
    const policy = (await fetch(url)).headers.get("content-security-policy") ?? "";
    check(policy.includes("default-src 'none'") && !policy.includes("unsafe"), `the policy is: ${policy}`);
  },

  async "it is used by keyboard"(browser, url) {
    clean(await browser.with(DESK, async page => {
      await visit(page, url);
      await tabTo(page, ".skip", 1);
      await page.keyboard.press("Enter");
      await tabTo(page, "#find");
      await tabTo(page, "#only", 3);
      await tabTo(page, ".members button");
      const label = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
      await page.keyboard.press("Enter");
      await dialogIs(page, true);
      await page.keyboard.press("Escape");
      await dialogIs(page, false);
      check((await page.evaluate(() => document.activeElement.getAttribute("aria-label"))) === label, "the focus is not back at the button");
      await tabTo(page, "#failure-list summary");
      await page.keyboard.press("Enter");
      await awaited(page, "a failure is open", () => document.querySelector("#failure-list details[open] pre").textContent.length > 0);
      await tabTo(page, "#configuration-list summary");
      await page.keyboard.press("Enter");
      await awaited(page, "the configuration is open", () => document.querySelector("#configuration-list details[open]"));
    }));
  },

  async "numbers change, and no row is replaced or moves"(browser, url) {
    clean(await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      await updates(page, 1);
      await page.evaluate(() => {
        window.seen = { replaced: 0, written: 0, told: 0, shifts: [] };
        const count = records => records.forEach(record => (record.type === "childList" ? window.seen.replaced++ : window.seen.written++));
        const all = { childList: true, characterData: true, subtree: true };
        for (const body of document.querySelectorAll(".members tbody")) new MutationObserver(count).observe(body, all);
        new MutationObserver(() => window.seen.told++).observe(document.getElementById("told"), all);
        const moved = entry => `${entry.value} ${entry.sources.map(({ node }) => (node?.parentNode?.outerHTML ?? "").slice(0, 300))}`;
        new PerformanceObserver(entries => window.seen.shifts.push(...entries.getEntries().map(moved))).observe({ type: "layout-shift" });
      });
      await updates(page, 20);
      const seen = await page.evaluate(() => window.seen);
      check(seen.written > 0, "no number in a row has changed");
      check(seen.replaced === 0, `${seen.replaced} changes of the rows' elements`);
      check(seen.told === 0, "a screen reader is told though no state has changed");
      check(seen.shifts.length === 0, `the layout has shifted: ${seen.shifts.join()}`);
    }));
  },

  async "it keeps up with 1,000 members at ten updates a second"(browser, url) {
    clean(await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      for (const button of await page.locator(".more:visible").all()) await button.click();
      await awaited(page, "1,000 rows", () => document.querySelectorAll(".members tbody tr").length >= 1000);
      await page.evaluate(() => {
        window.lags = [];
        const at = document.getElementById("at");
        new MutationObserver(() => window.lags.push(Date.now() - Date.parse(at.dateTime))).observe(at, { attributeFilter: ["datetime"] });
      });
      await updates(page, 50);
      // Far above what a busy machine needs; a page that takes twice its time for each of the 50 is behind by more. Half of them, since a machine that does other things too may hold up a few.
      const lag = await page.evaluate(() => window.lags.sort((a, b) => a - b)[Math.floor(window.lags.length / 2)]);
      check(lag < 4000, `half of the states were ${lag} ms old or older when they were shown`);
    }));
  },

  async "a page that stays open does not grow"(browser, url) {
    clean(await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      const devtools = await page.context().newCDPSession(page);
      const size = async () => {
        await updates(page, 60);
        await devtools.send("HeapProfiler.collectGarbage");
        // The text of an event is not in the heap of the scripts itself, but in the storage behind it.
        const { usedSize, backingStorageSize } = await devtools.send("Runtime.getHeapUsage");
        const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
        return { bytes: usedSize + backingStorageSize, nodes, jsEventListeners };
      };
      const before = await size();
      const after = await size();
      // 60 states are more than 10 MB.
      for (const [what, more] of [["bytes", 5_000_000], ["nodes", 60], ["jsEventListeners", 60]]) {
        check(after[what] < before[what] + more, `${what} have grown from ${before[what]} to ${after[what]}`);
      }
    }));
  },

  async "members that are out come first, in words, in the title too; rows of those that are gone go"(browser, url) {
    const whole = await stateOf(url);
    const pool = { ...whole.pools[0], members: whole.pools[0].members.slice(0, 4).map(member => ({ ...member, state: "up" })) };
    const [one, two, three, four] = pool.members;
    const state = (...members) => ({ ...whole, pools: [{ ...pool, members }] });
    await browser.with(DESK, async page => {
      const give = await feed(page);
      give(state(one, two, three, four));
      await visit(page, url);
      const rows = (...members) => {
        const ids = members.map(({ id }) => id).join();
        const shown = wanted => [...document.querySelectorAll(".members tbody th .main")].map(({ textContent }) => textContent).join() === wanted;
        return awaited(page, `the rows ${ids}`, shown, ids);
      };
      await rows(one, two, three, four);
      const label = `Change ${three.id} of ${pool.name}`;
      await page.getByRole("button", { name: label, exact: true }).focus();
      give(state(one, two, { ...three, state: "down" }, four));
      await rows(three, one, two, four);
      check((await page.evaluate(() => document.activeElement.getAttribute("aria-label"))) === label, "a row that moves loses the focus");
      await awaited(page, "the title", () => document.title.startsWith("(1 out) "));
      await awaited(page, "the verdict", id => document.getElementById("headline").textContent === `1 of 4 members is out: ${id} (down)`, three.id);
      give(state(one, two, three));
      await rows(one, two, three);
      give(state(one, three));
      await rows(one, three);
      await awaited(page, "all is told to a screen reader", () => document.getElementById("told").textContent.length > 0);
    });
  },

  async "what comes from outside is shown as text"(browser, url) {
    const hostile = `<img src=x onerror="alert(1)"></script><script>alert(2)</script>${"x".repeat(200)}`;
    const spoil = value => {
      if (Array.isArray(value)) return value.map(spoil);
      if (value === null || typeof value !== "object") return typeof value === "string" && !/^\d{4}-/.test(value) ? value + hostile : value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoil(inner)]));
    };
    const whole = await stateOf(url);
    const state = spoil({ ...whole, pools: whole.pools.map(pool => ({ ...pool, members: pool.members.slice(0, 10) })) });
    const problems = await browser.with(PHONE, async page => {
      (await feed(page))(state);
      await visit(page, url);
      await page.locator(".members button").first().click();
      const found = await page.evaluate(() => ({
        made: document.querySelectorAll("img, body script:not([type=module])").length,
        text: document.body.textContent.split("<img src=x").length,
      }));
      check(found.made === 0, `${found.made} elements were made of text`);
      check(found.text > 20, "the text is not shown");
      await fits(page);
    });
    clean(problems.filter(problem => !problem.includes("net::ERR_FAILED")));
  },

  async "data that is old is visibly old"(browser, url) {
    const whole = await stateOf(url);
    await browser.with(DESK, async page => {
      const give = await feed(page);
      give(whole);
      await visit(page, url);
      give(null);
      await awaited(page, "no data is said", () => /^No data for \d+\ss: reconnecting$/.test(document.getElementById("headline").textContent));
      check(await page.evaluate(() => document.body.dataset.old === "true" && document.title.startsWith("(no data) ")), "the page does not look old");
      give({ ...whole, routes: [null] });
      await awaited(page, "a state that cannot be shown is said", () => document.getElementById("headline").textContent.startsWith("This page cannot show the data"));
      give(whole);
      await awaited(page, "it is shown again", () => document.body.dataset.old === "false");
    });
    clean(await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      await page.locator("#pause").click();
      await awaited(page, "the pause is said", () => document.getElementById("headline").textContent.startsWith("Paused "));
      const at = () => page.evaluate(() => document.getElementById("at").dateTime);
      const then = await at();
      await page.locator("#pause").click();
      await awaited(page, "it goes on", () => document.body.dataset.old === "false");
      await awaited(page, "a newer state", old => document.getElementById("at").dateTime !== old, then);
    }));
  },

  async "without an event stream it asks for the data, and says so"(browser, url) {
    await browser.with(DESK, async page => {
      await page.route("**/events?*", route => route.fulfill({ status: 503, contentType: "text/plain", body: "too many viewers" }));
      await visit(page, url);
      await awaited(page, "how often it asks", () => document.getElementById("feed").textContent === "Every 5 s");
      await updates(page, 1);
    });
  },

  async "a tab that is hidden has no event stream, until it is seen again"(browser, url) {
    clean((await browser.with(DESK, async page => {
      const streams = [];
      page.on("request", request => request.url().includes("/events?") && streams.push(request));
      const ended = page.waitForEvent("requestfailed", { timeout: PATIENCE }).catch(() => null);
      await visit(page, `${url}?every=100`);
      const see = hidden => page.evaluate(is => {
        Object.defineProperty(document, "hidden", { value: is, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
      await see(true);
      check((await ended) === streams[0], "the stream has not ended");
      await see(false);
      await updates(page, 3);
      check(streams.length === 2, `${streams.length} streams were opened`);
    })).filter(problem => !problem.includes("net::ERR_ABORTED")));
  },

  async "an action is done, its result and its refusal are shown"(browser, url) {
    const { name, members } = (await stateOf(url)).pools[0];
    const member = members.find(({ state }) => state === "up").id;
    const problems = await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      const change = page.getByRole("button", { name: `Change ${member} of ${name}`, exact: true });
      await change.click();
      await page.getByRole("radio", { name: "Replace" }).check();
      await page.getByLabel("URL of the new server").fill("nowhere://x");
      await page.keyboard.press("Enter");
      await awaited(page, "the refusal", () => document.querySelector("dialog .error").textContent.startsWith("Not done: "));
      await page.getByRole("button", { name: "Cancel" }).click();
      await change.click();
      await page.getByRole("button", { name: "Drain" }).click();
      await isDone(page);
      await page.getByRole("button", { name: "Close" }).click();
      await dialogIs(page, false);
      const state = page.locator(".members tr", { has: change }).locator(".state .main");
      await state.filter({ hasText: /^drain/ }).waitFor();
      await change.click();
      await page.getByRole("button", { name: "Put back" }).click();
      await isDone(page);
    });
    // Browsers write each answer of 4xx to the console.
    clean(problems.filter(problem => !problem.includes("status of 4")));
  },

  async "without actions no button of an action is made"(browser, url) {
    const whole = await stateOf(url);
    await browser.with(DESK, async page => {
      (await feed(page))({ ...whole, actions: { on: false, token: null } });
      await visit(page, url);
      const buttons = await page.locator("button:not(#pause, .more)").count();
      check(buttons === 0, `${buttons} buttons`);
    });
  },
};

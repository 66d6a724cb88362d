// What the status page promises, checked in a browser. Each check gets the browser and the page's URL, and throws what is wrong.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { HtmlValidate } from "html-validate";
import { awaited, check, feed, updates, visit } from "./browser.mjs";

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
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(node => `${node.html} ${node.failureSummary}`).join(", ")}`);
  check(found.length === 0, `${where}: ${found.join("\n")}`);
}

async function look(browser, url, out, name, view) {
  clean(await browser.with(view, async page => {
    await visit(page, url);
    await page.screenshot({ path: `${out}/${name}.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    check(wide <= 0, `the page is ${wide} pixels wider than the window`);
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

const dialogIs = (page, open) => awaited(page, `a dialog is ${open ? "open" : "closed"}`, wanted => Boolean(document.querySelector("dialog[open]")) === wanted, open);

export const checks = {
  "it looks right and is accessible on a desk in light": (browser, url, out) => look(browser, url, out, "desk-light", { ...DESK, scheme: "light" }),
  "it looks right and is accessible on a desk in dark": (browser, url, out) => look(browser, url, out, "desk-dark", { ...DESK, scheme: "dark" }),
  "it looks right and is accessible on a phone in light": (browser, url, out) => look(browser, url, out, "phone-light", { ...PHONE, scheme: "light" }),
  "it looks right and is accessible on a phone in dark": (browser, url, out) => look(browser, url, out, "phone-dark", { ...PHONE, scheme: "dark" }),

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
      await validate(await page.evaluate(() => `<!DOCTYPE html>${document.documentElement.outerHTML}`), "html-validate:standard", { "no-redundant-role": "off" });
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
      await tabTo(page, "#failure-list pre", 1);
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
        window.seen = { replaced: 0, written: 0, shifts: [] };
        const count = records => records.forEach(record => (record.type === "childList" ? window.seen.replaced++ : window.seen.written++));
        for (const body of document.querySelectorAll(".members tbody")) new MutationObserver(count).observe(body, { childList: true, characterData: true, subtree: true });
        new PerformanceObserver(entries => window.seen.shifts.push(...entries.getEntries().map(entry => `${entry.value} ${entry.sources.map(source => source.node?.parentNode?.outerHTML)}`))).observe({ type: "layout-shift" });
      });
      await updates(page, 20);
      const seen = await page.evaluate(() => window.seen);
      check(seen.written > 0, "no number in a row has changed");
      check(seen.replaced === 0, `${seen.replaced} changes of the rows' elements`);
      check(seen.shifts.length === 0, `the layout has shifted: ${seen.shifts.join()}`);
    }));
  },

  async "it keeps up with 1,000 members at ten updates a second"(browser, url) {
    clean(await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      for (const button of await page.locator(".more:visible").all()) await button.click();
      await awaited(page, "1,000 rows", () => document.querySelectorAll(".members tbody tr").length >= 1000);
      await updates(page, 50);
      const lag = await page.evaluate(() => Date.now() - Date.parse(document.getElementById("at").dateTime));
      check(lag < 1000, `what is shown is ${lag} ms old`);
    }));
  },

  async "a page that stays open does not grow"(browser, url) {
    clean(await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("Performance.enable");
      const size = async () => {
        await updates(page, 60);
        await devtools.send("HeapProfiler.collectGarbage");
        const { metrics } = await devtools.send("Performance.getMetrics");
        const of = name => metrics.find(metric => metric.name === name).value;
        return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") };
      };
      const before = await size();
      await size();
      const after = await size();
      check(after.heap < before.heap + 8_000_000, `the heap has grown from ${before.heap} to ${after.heap}`);
      check(after.nodes < before.nodes + 500, `the nodes have grown from ${before.nodes} to ${after.nodes}`);
      check(after.listeners < before.listeners + 50, `the listeners have grown from ${before.listeners} to ${after.listeners}`);
    }));
  },

  async "members that are out come first, in words, in the title too; rows of those that are gone go"(browser, url) {
    const whole = await stateOf(url);
    const pool = { ...whole.pools[0], members: whole.pools[0].members.slice(0, 4).map(member => ({ ...member, state: "up" })) };
    const [one, two, three, four] = pool.members;
    const state = members => ({ ...whole, pools: [{ ...pool, members }] });
    await browser.with(DESK, async page => {
      await feed(page, [state([one, two, three, four]), state([one, two, { ...three, state: "down" }, four]), state([one, three, four])]);
      await visit(page, url);
      const rows = ids => awaited(page, `the rows ${ids}`, wanted => [...document.querySelectorAll(".members tbody th .main")].map(cell => cell.textContent).join() === wanted, ids.join());
      await rows([one.id, two.id, three.id, four.id]);
      await rows([three.id, one.id, two.id, four.id]);
      await awaited(page, "the title", () => document.title.startsWith("(1 out) "));
      await awaited(page, "the verdict", id => document.getElementById("headline").textContent === `1 of 4 members is out: ${id} (down)`, three.id);
      await rows([one.id, three.id, four.id]);
      await awaited(page, "all is told to a screen reader", () => document.getElementById("told").textContent.length > 0);
    });
  },

  async "what comes from outside is shown as text"(browser, url) {
    const hostile = `<img src=x onerror="alert(1)"></script><script>alert(2)</script>`;
    const spoil = value => {
      if (Array.isArray(value)) return value.map(spoil);
      if (value === null || typeof value !== "object") return typeof value === "string" && !/^\d{4}-/.test(value) ? value + hostile : value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoil(inner)]));
    };
    const whole = await stateOf(url);
    const state = spoil({ ...whole, pools: whole.pools.map(pool => ({ ...pool, members: pool.members.slice(0, 10) })) });
    const problems = await browser.with(DESK, async page => {
      await feed(page, [state]);
      await visit(page, url);
      await page.locator(".members button").first().click();
      const found = await page.evaluate(() => ({ made: document.querySelectorAll("img, body script:not([type=module])").length, text: document.body.textContent.split("<img src=x").length }));
      check(found.made === 0, `${found.made} elements were made of text`);
      check(found.text > 20, "the text is not shown");
    });
    clean(problems.filter(problem => !problem.includes("net::ERR_FAILED")));
  },

  async "data that is old is visibly old"(browser, url) {
    const whole = await stateOf(url);
    await browser.with(DESK, async page => {
      await feed(page, [whole, null]);
      await visit(page, url);
      await awaited(page, "no data is said", () => /^No data for \d+ s: reconnecting$/.test(document.getElementById("headline").textContent));
      check(await page.evaluate(() => document.body.dataset.old === "true" && document.title.startsWith("(no data) ")), "the page does not look old");
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

  async "an action is done, its result and its refusal are shown"(browser, url) {
    const { name, members } = (await stateOf(url)).pools[0];
    const member = members.find(({ state }) => state === "up").id;
    const problems = await browser.with(DESK, async page => {
      await visit(page, `${url}?every=100`);
      const row = page.locator("article.pool", { has: page.locator("h3", { hasText: new RegExp(`^${name}$`) }) }).locator("tr", { has: page.locator("th", { hasText: member }) });
      const change = row.getByRole("button");
      await change.click();
      await page.getByRole("radio", { name: "Replace" }).check();
      await page.getByLabel("URL of the new server").fill("nowhere://x");
      await page.keyboard.press("Enter");
      await awaited(page, "the refusal", () => document.querySelector("dialog .error").textContent.startsWith("Not done: "));
      await page.getByRole("button", { name: "Cancel" }).click();
      await change.click();
      await page.getByRole("button", { name: "Drain" }).click();
      await awaited(page, "the result", () => document.querySelector("dialog .done")?.textContent.length > 0);
      await page.getByRole("button", { name: "Close" }).click();
      await dialogIs(page, false);
      await awaited(page, "it drains", id => [...document.querySelectorAll(".members tr")].some(tr => tr.textContent.startsWith(id) && /drain/.test(tr.querySelector(".state .main")?.textContent)), member);
      await change.click();
      await page.getByRole("button", { name: "Put back" }).click();
      await awaited(page, "the result", () => document.querySelector("dialog .done")?.textContent.length > 0);
    });
    // Browsers write each answer of 4xx to the console.
    clean(problems.filter(problem => !problem.includes("status of 4")));
  },

  async "without actions no button of an action is made"(browser, url) {
    const whole = await stateOf(url);
    await browser.with(DESK, async page => {
      await feed(page, [{ ...whole, actions: { on: false, token: null } }]);
      await visit(page, url);
      const buttons = await page.locator("button:not(#pause, .more)").count();
      check(buttons === 0, `${buttons} buttons`);
    });
  },
};

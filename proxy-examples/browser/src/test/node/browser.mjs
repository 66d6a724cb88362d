// A Chromium that talks to nobody but the page, and what all checks share.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export class Browser {
  static async open(executablePath) {
    const profile = await mkdtemp(join(tmpdir(), "sluice-browser-"));
    // A context with its own new profile: nothing of the machine's user is read.
    const context = await chromium.launchPersistentContext(profile, { executablePath, args: FLAGS, headless: true });
    context.setDefaultTimeout(PATIENCE);
    return new Browser(profile, context);
  }

  constructor(profile, context) {
    this.profile = profile;
    this.context = context;
  }

  /** Runs `use(page, problems)` on a new page. `problems` gets what a browser complains about by itself. */
  async with({ width = 1280, height = 900, scheme = "light" }, use) {
    const page = await this.context.newPage();
    const problems = [];
    page.on("pageerror", error => problems.push(`error: ${error.message}`));
    page.on("console", message => {
      if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
    });
    page.on("dialog", dialog => {
      problems.push(`a script opened a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.addInitScript(() => {
      window.refused = [];
      document.addEventListener("securitypolicyviolation", event => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    try {
      await use(page, problems);
      problems.push(...(await page.evaluate(() => window.refused)).map(what => `Content-Security-Policy: ${what}`));
    } finally {
      await page.close();
    }
    return problems;
  }

  async close() {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}

/** How long all that is awaited may take: on a busy machine seconds are nothing. */
export const PATIENCE = 60_000;

/** Waits until `look(argument)` in the page returns something true, and returns it. */
export async function awaited(page, what, look, argument) {
  try {
    const found = await page.waitForFunction(look, argument, { timeout: PATIENCE, polling: 50 });
    return await found.jsonValue();
  } catch {
    throw new Error(`not within ${PATIENCE / 1000} s: ${what}`);
  }
}

export function check(fact, what) {
  if (!fact) throw new Error(what);
}

/** Opens the page and waits until it shows data. */
export async function visit(page, url) {
  await page.goto(url);
  await awaited(page, "data is shown", () => !document.getElementById("sections").hidden);
}

/** Waits until the page has drawn `number` more states. */
export async function updates(page, number) {
  await page.evaluate(() => {
    window.counter?.disconnect();
    window.drawn = 0;
    window.counter = new MutationObserver(() => window.drawn++);
    window.counter.observe(document.getElementById("at"), { attributeFilter: ["datetime"] });
  });
  await awaited(page, `${number} updates`, wanted => window.drawn >= wanted, number);
}

/**
 * Gives the page states of the caller's instead of the gateway's: `feed` returns a function that sets the state, which
 * the page gets until another one is set. With null the gateway is gone.
 */
export async function feed(page) {
  let current = null;
  await page.route("**/events?*", route => {
    if (current === null) return route.abort();
    return route.fulfill({ contentType: "text/event-stream", body: `retry: 300\n\ndata: ${JSON.stringify(current)}\n\n` });
  });
  await page.route("**/data", route => route.abort());
  return state => (current = state);
}

// node check.mjs URL CHROMIUM FOLDER [CHECK]: prints "ok" or "failed" for each check of the status page at the URL.
import { mkdir } from "node:fs/promises";
import { Browser } from "./browser.mjs";
import { checks } from "./checks.mjs";

const [url, chromium, out, only] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const browser = await Browser.open(chromium);
for (const [name, run] of Object.entries(checks)) {
  if (only && !name.includes(only)) continue;
  try {
    await run(browser, url.replace(/\/?$/, "/"), out);
    console.log(`ok: ${name}`);
  } catch (error) {
    // One line for each check, so that the caller can tell them apart.
    console.log(`failed: ${name}: ${String(error.message).replaceAll("\n", " / ")}`);
  }
}
await browser.close();

// Writes the screenshot of the guide: node viewer/screenshot.mjs EVENTS docs/images/viewer.png [dark]
import { chromium } from "playwright-core";

const [events, image, colorScheme = "light"] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, colorScheme });
await page.goto(new URL("dist/index.html", import.meta.url).href);
await page.waitForSelector("body[data-ready=true]");
await page.setInputFiles("#file", events);
await page.waitForSelector("#row-0");
await page.waitForSelector("body[data-busy=false]");
await page.fill("#condition", "ZEMS^TKN^EVENTNUMBER > 0 AND NOT ZRPC^TKN^CPU > 99");
await page.fill("#filter", "2026-11-20");
await page.locator("#tab-explain.has").waitFor();
await page.locator("#count", { hasText: " of " }).waitFor();
await page.focus("#list");
const title = page.locator("#sentence-text", { hasText: "Backup process in CPU 3 died" });
for (let press = 0; press < 200 && (await title.count()) === 0; press++) {
  await page.keyboard.press("ArrowDown");
  await page.waitForTimeout(40);
}
await page.locator("#tree .node", { hasText: "ZRPC-TKN-CPU" }).hover();
await page.screenshot({ path: image });
await browser.close();

/**
 * Pictures of every tab and state, at both widths and in both themes, from the cardboard hive of the tests.
 *   scripts/shots [--out DIR] [WORD…]      only those whose name contains one of the words
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../test/support/web-browser.ts";
import { startWebFixture } from "../test/support/web-fixture.ts";
import { DIST } from "./lib/paths.ts";
import { SHOTS, type Shot } from "./lib/shot-list.ts";

const WIDTHS = [1280, 390] as const;
const THEMES = ["dark", "light"] as const;

interface Look {
  readonly width: number;
  readonly theme: (typeof THEMES)[number];
}

async function take(browser: Browser, shot: Shot, { width, theme }: Look): Promise<Uint8Array> {
  const hive = startWebFixture();
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 800 },
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(hive.loginUrl);
    await page.locator(".agents").waitFor();
    await page.goto(`${hive.url}/${shot.path}`);
    await page.locator(".tab, .turn, .login-box").first().waitFor();
    await shot.prepare?.(page, hive);
    return await page.screenshot();
  } finally {
    await context.close();
    await hive.stop();
  }
}

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: { out: { type: "string", default: join(DIST, "shots") } },
});
const wanted = SHOTS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
mkdirSync(values.out, { recursive: true });
const browser = await launchBrowser();
let failed = 0;
for (const shot of wanted) {
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      const name = `${shot.name}-${width}-${theme}.png`;
      try {
        await Bun.write(join(values.out, name), await take(browser, shot, { width, theme }));
      } catch (error) {
        failed += 1;
        console.error(`${name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
      }
    }
  }
}
await browser.close();
console.log(`${wanted.length * WIDTHS.length * THEMES.length - failed} pictures in ${values.out}`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * Pictures of every tab and state, at both widths and in both themes, from the cardboard hive of the tests.
 *   scripts/shots [--out DIR] [WORD…]      only those whose name contains one of the words
 *   scripts/shots --gallery                the few of docs/gallery, small
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../test/support/web-browser.ts";
import { startWebFixture } from "../test/support/web-fixture.ts";
import { DIST, ROOT } from "./lib/paths.ts";
import { SHOTS, type Shot } from "./lib/shot-list.ts";

const WIDTHS = [1280, 390] as const;
const THEMES = ["dark", "light"] as const;

interface Look {
  readonly width: number;
  readonly theme: (typeof THEMES)[number];
}

/** What a reader of docs/ sees. */
const GALLERY: readonly (Look & { readonly name: string })[] = [
  { name: "swarm", width: 1280, theme: "dark" },
  { name: "inbox-change-split", width: 1280, theme: "dark" },
  { name: "palette-found", width: 1280, theme: "light" },
  { name: "agent", width: 1280, theme: "dark" },
  { name: "inbox-comment", width: 390, theme: "dark" },
  { name: "deploys", width: 390, theme: "light" },
];

const everyLook = (shot: Shot): Picture[] =>
  WIDTHS.flatMap((width) =>
    THEMES.map((theme) => ({ shot, look: { width, theme }, file: `${shot.name}-${width}-${theme}.png` })),
  );

const galleryLooks = (shot: Shot): Picture[] =>
  GALLERY.filter(({ name }) => name === shot.name).map((look) => ({ shot, look, file: `${shot.name}.jpeg` }));

interface Picture {
  readonly shot: Shot;
  readonly look: Look;
  readonly file: string;
}

async function take(browser: Browser, { shot, look, file }: Picture): Promise<Uint8Array> {
  const { width, theme } = look;
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
    return await page.screenshot(file.endsWith(".jpeg") ? { type: "jpeg", quality: 65 } : {});
  } finally {
    await context.close();
    await hive.stop();
  }
}

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: { out: { type: "string" }, gallery: { type: "boolean", default: false } },
});
const out = values.out ?? (values.gallery ? join(ROOT, "docs/gallery") : join(DIST, "shots"));
const pictures = SHOTS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
).flatMap(values.gallery ? galleryLooks : everyLook);
mkdirSync(out, { recursive: true });
const browser = await launchBrowser();
let failed = 0;
for (const picture of pictures) {
  try {
    await Bun.write(join(out, picture.file), await take(browser, picture));
  } catch (error) {
    failed += 1;
    console.error(
      `${picture.file}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    );
  }
}
await browser.close();
console.log(`${pictures.length - failed} pictures in ${out}`);
process.exitCode = failed === 0 ? 0 : 1;

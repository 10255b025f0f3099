/**
 * Who may import whom, as data: each edge that is forbidden, with its reason. Type-only imports count.
 * The engine is import-graph.ts. Targets are paths of this repository, `npm:NAME`, `node:NAME` or `bun:NAME`.
 */
import { checkImports, type ImportRule } from "./import-graph.ts";
import { rule } from "./rule.ts";

const SERVICES =
  "src/core/{agents,approvals,broker,config,doctor,events,lifecycle,metrics,notify,operations,supervisor,usage}/**";

/** All of src/web but assets.ts, which hands the built bundle to whoever serves it. */
const WEB_PAGES = ["src/web/*/**", "src/web/!(assets).{ts,tsx}"];

export const IMPORT_RULES: readonly ImportRule[] = [
  {
    from: "src/wire/**",
    only: ["src/wire/**", "npm:zod"],
    because: "the protocol is read by daemon, terminal, browser and harness alike: zod and nothing else",
  },
  {
    from: "src/lib/**",
    only: ["src/lib/**"],
    because: "helpers without I/O stay usable everywhere only when they need nothing",
  },
  {
    from: "src/client/**",
    only: ["src/client/**", "src/wire/**", "src/lib/**"],
    because: "the one client runs in a browser too; its transport is passed in",
  },
  {
    from: "src/platform/**",
    never: ["src/{core,client,hivectl,web}/**", "harness/**"],
    because: "the runtime seam lies below everything that uses it",
  },
  {
    from: "src/hivectl/**",
    never: ["src/core/**", "src/web/**", "harness/**"],
    because: "hivectl reaches the daemon through client and wire, like every other program",
  },
  {
    from: "src/web/**",
    only: ["src/web/**", "src/client/**", "src/wire/**", "src/lib/**", "npm:**", "npm:*/**"],
    except: ["src/web/assets{,.test}.ts"],
    because: "a page runs in a browser: no node modules, no daemon code",
  },
  {
    from: "harness/**",
    never: ["src/{core,hivectl}/**", ...WEB_PAGES],
    because: "the harness runs inside an agent's container and speaks to c0re over the link only",
  },
  {
    from: "src/core/**",
    never: ["src/hivectl/**", "harness/**", ...WEB_PAGES],
    because: "the daemon knows its clients by the protocol only",
  },
  {
    from: SERVICES,
    never: ["src/core/doors/**", "npm:hono", "npm:hono/**", "npm:@hono/**"],
    because: "a service is called by doors and does not know that they exist",
  },
  {
    from: "src/core/**",
    never: ["npm:hono", "npm:hono/**", "npm:@hono/**", "npm:ws"],
    except: ["src/core/doors/**"],
    because: "HTTP and sockets live in doors only",
  },
  {
    from: "{src,harness}/**",
    never: ["npm:drizzle-orm", "npm:drizzle-orm/**"],
    except: ["src/core/db/**"],
    because: "only core/db knows how rows are stored",
  },
  {
    from: "{src,harness,test}/**",
    never: ["src/core/approvals/actions/**"],
    except: ["src/core/approvals/resolve.ts", "src/core/approvals/actions/**"],
    because: "one function turns an approval into an action, so that none runs twice",
  },
  {
    from: "{src,harness}/**",
    never: ["bun:**", "npm:bun"],
    except: ["src/platform/**", "**/*.test.{ts,tsx}"],
    because: "everything else also runs under Deno: go through src/platform",
  },
  {
    from: "{src,harness}/**",
    never: ["test/**", "scripts/**"],
    except: ["**/*.test.{ts,tsx}"],
    because: "a program does not ship its tests or tools",
  },
  {
    from: "{src,harness}/**",
    never: [
      "npm:playwright-core",
      "npm:fast-check",
      "npm:drizzle-kit",
      "npm:typescript",
      "npm:oxc-parser",
      "npm:deno",
    ],
    except: ["**/*.test.{ts,tsx}"],
    because: "a development dependency is not in the executables",
  },
];

/** Files that only their own folder may import, apart from composition roots. */
export const PRIVATE_FILES = {
  files: "src/core/*/store{.ts,/**,-*.ts}",
  except: ["src/core/main.ts", "src/core/compose/**"],
  because: "a service's store is its own; others ask the service",
} as const;

/** Circles that are meant: these imports are left out when looking for cycles. */
export const MEANT_CIRCLES = {
  from: "src/platform/*.ts",
  to: "src/platform/{bun,deno}/**",
  because: "the seam loads its implementation, which names the seam's types",
} as const;

/** What a test beside its file may import on top. */
export const TESTS_ALSO = [
  "bun:test",
  "node:*",
  "npm:fast-check",
  "npm:playwright-core",
  "test/support/**",
] as const;

/** Where the global `Bun` may be named. */
export const BUN_GLOBAL = {
  allowed: ["src/platform/**", "**/*.test.{ts,tsx}", "scripts/**", "test/**"],
  because: "everything else also runs under Deno: go through src/platform",
} as const;

export const imports = rule({
  name: "imports",
  summary: "who may import whom (scripts/check/imports.ts), and no cycles",
  run: (repo) =>
    checkImports(repo, {
      rules: IMPORT_RULES,
      privateFiles: PRIVATE_FILES,
      meantCircles: MEANT_CIRCLES,
      testsAlso: TESTS_ALSO,
      bunGlobal: BUN_GLOBAL,
    }),
});

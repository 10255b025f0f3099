/**
 * The first migration, from the schema: `src/core/db/migrations/0000_init.sql`. It may be written anew as long as
 * nothing was released; afterwards a change of the schema is a new migration beside it (see migrate.ts).
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from "drizzle-kit/api";
import { ROOT } from "../lib/paths.ts";

const SCHEMA = join(ROOT, "src/core/db/schema");
const TARGET = join(ROOT, "src/core/db/migrations/0000_init.sql");

async function readSchema(): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const file of readdirSync(SCHEMA).sort()) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
    Object.assign(tables, await import(pathToFileURL(join(SCHEMA, file)).href));
  }
  return tables;
}

async function initialMigration(): Promise<string> {
  const empty = await generateSQLiteDrizzleJson({});
  const statements = await generateSQLiteMigration(
    empty,
    await generateSQLiteDrizzleJson(await readSchema()),
  );
  const body = statements.map((statement) => statement.trim().replaceAll("\t", "  ")).join("\n\n");
  return `-- Generated from src/core/db/schema by scripts/gen/migrations; do not edit.\n${body}\n`;
}

function current(): string {
  try {
    return readFileSync(TARGET, "utf8");
  } catch {
    return "";
  }
}

const wanted = await initialMigration();
if (process.argv.includes("--check")) {
  if (current() !== wanted) {
    console.error("src/core/db/migrations/0000_init.sql is not what the schema says");
    process.exit(1);
  }
} else {
  writeFileSync(TARGET, wanted);
}

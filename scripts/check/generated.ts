/** Committed generated files say what their generator would say now: each of scripts/gen/ is asked with --check. */
import { rule } from "./rule.ts";
import { lastWords, runTool } from "./tool.ts";

export const generated = rule({
  name: "generated",
  summary: "every generator in scripts/gen agrees with what is committed",
  async run(repo) {
    const generators = repo.files.filter(
      (path) => /^scripts\/gen\/[^/_][^/]*\.ts$/.test(path) && !path.endsWith(".test.ts"),
    );
    const results = await Promise.all(
      generators.map(async (path) => ({
        path,
        ...(await runTool(repo.root, [process.execPath, path, "--check"])),
      })),
    );
    return results
      .filter(({ code }) => code !== 0)
      .map(({ path, output }) => ({ path, message: `drift; run \`bun ${path}\`: ${lastWords(output)}` }));
  },
});

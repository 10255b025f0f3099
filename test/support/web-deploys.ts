// Deployments of one agent of the cardboard hive. Data only.
import type { DeploymentRow } from "../../src/wire/config.ts";
import { HOSTILE, sceneId } from "./web-scene.ts";

type Sketch = Partial<DeploymentRow> & Pick<DeploymentRow, "id" | "subject" | "result">;

const HISTORY: readonly (readonly [ageMinutes: number, sketch: Sketch])[] = [
  [6, { id: 58n, subject: "use opus for everything", result: "proposed", status: "denied" }],
  [
    45,
    {
      ...{ id: 55n, subject: "ask for ripgrep", result: "failed", operation_id: sceneId(401) },
      reason: "the configuration does not build: error: attribute 'ripgrepp' missing",
    },
  ],
  [
    300,
    {
      ...{ id: 51n, subject: "haiku, and a shorter memory", result: "deployed", current: true },
      operation_id: sceneId(400),
    },
  ],
  [2_900, { id: 44n, subject: `opus for the parser ${HOSTILE}`, result: "deployed" }],
  [9_000, { id: 3n, subject: 'configuration of agent "alice" as it runs', result: "deployed" }],
];

export function deploymentsOf(name: string): DeploymentRow[] {
  if (name !== "alice") return [];
  return HISTORY.map(([age, sketch]) => {
    const at = new Date(Date.now() - age * 60_000).toISOString();
    const sha = String(sketch.id).padStart(4, "0").repeat(10);
    return { sha, current: false, tags: [{ name: `${sketch.result}/${sketch.id}`, at }], ...sketch };
  });
}

export function changeOf(from: string, to: string): { stat: string; diff: string } {
  const [before, after] = from === "current" ? ["haiku", "opus"] : ["opus", "haiku"];
  if (to === "deployed/51") return { stat: "", diff: "" };
  return {
    stat: " agent.json | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)",
    diff: `--- a/agent.json\n+++ b/agent.json\n@@ -1,3 +1,3 @@\n {\n-  "model": "${before}",\n+  "model": "${after}",\n   "role": "agent",\n`,
  };
}

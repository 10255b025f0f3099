/** All tools. The order is the one the model sees. */
import type { Tool } from "../tool.ts";
import { agentLogs } from "./agent-logs.ts";
import { answer } from "./answer.ts";
import { ask } from "./ask.ts";
import { cancelRequest } from "./cancel-request.ts";
import { getHistory } from "./get-history.ts";
import { kill } from "./kill.ts";
import { listAgents } from "./list-agents.ts";
import { output } from "./output.ts";
import { recv } from "./recv.ts";
import { remind } from "./remind.ts";
import { requestApplyCommit } from "./request-apply-commit.ts";
import { requestDestroy } from "./request-destroy.ts";
import { requestInitConfig } from "./request-init-config.ts";
import { requestSchedulePrompt } from "./request-schedule-prompt.ts";
import { requestSpawn } from "./request-spawn.ts";
import { requestUpdateMetaInputs } from "./request-update-meta-inputs.ts";
import { restart } from "./restart.ts";
import { run } from "./run.ts";
import { runBackground } from "./run-background.ts";
import { send } from "./send.ts";
import { setStatus } from "./set-status.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { todoWrite } from "./todo-write.ts";

export const TOOLS: readonly Tool[] = [
  send,
  recv,
  ask,
  answer,
  remind,
  setStatus,
  listAgents,
  todoWrite,
  getHistory,
  requestInitConfig,
  requestApplyCommit,
  requestSpawn,
  requestSchedulePrompt,
  requestDestroy,
  requestUpdateMetaInputs,
  cancelRequest,
  agentLogs,
  start,
  stop,
  restart,
  run,
  runBackground,
  output,
  kill,
];

/** Kinds of approvals and operations, in the words people know. */
const KIND_WORDS: Readonly<Record<string, string>> = {
  merge_config_pr: "deploy",
  init_config: "configuration repository",
  schedule_prompt: "schedule",
};

export function kindWords(kind: string): string {
  return KIND_WORDS[kind] ?? kind.replaceAll("_", " ");
}

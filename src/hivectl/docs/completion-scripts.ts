/**
 * The glue between a shell and `hivectl __complete`. Own, because the whole of it is a few lines for each shell; a
 * library for citty would want a tree of citty commands, which we do not have (command.ts).
 */

const BASH = `# hivectl completion for bash
_hivectl() {
  local IFS=$'\\n'
  COMPREPLY=()
  local line
  while IFS=$'\\t' read -r line _; do
    COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _hivectl hivectl`;

const ZSH = `#compdef hivectl
# hivectl completion for zsh
_hivectl() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe hivectl found; else _files; fi
}
compdef _hivectl hivectl`;

const FISH = `# hivectl completion for fish
function __hivectl_complete
  set -l words (commandline -opc)
  hivectl __complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c hivectl -f -a '(__hivectl_complete)'`;

export function completionScript(shell: "bash" | "zsh" | "fish"): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}

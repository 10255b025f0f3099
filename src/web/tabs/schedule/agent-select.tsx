/** Which agent. */
import { byRole } from "../../agent-view.ts";
import { useHive } from "../../hive.ts";

interface SelectProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

export function useAgentNames(): readonly string[] {
  return [...useHive().state.value.agents.values()].sort(byRole).map(({ name }) => name);
}

export function AgentSelect({ value, onChange }: SelectProps) {
  return (
    <label>
      agent
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {useAgentNames().map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

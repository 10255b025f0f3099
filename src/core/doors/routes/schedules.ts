/** Handlers of the reminders' and schedules' endpoints. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { scheduleEndpoints } from "../../../wire/schedules.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function scheduleRoutes(
  services: OperatorServices,
): Handlers<typeof scheduleEndpoints, OperatorContext> {
  const { agents, reminders, schedules } = services;
  return {
    remind: async (input, { actor }) => {
      agents.get(input.agent);
      return { reminder: await reminders.add(actor, input) };
    },
    reminders: ({ agent }) => ({ reminders: reminders.list(agent) }),
    cancelReminder: async ({ id }, { actor }) => {
      await reminders.cancel(actor, id);
      return {};
    },
    scheduleAdd: async (input, { actor }) => {
      agents.get(input.agent);
      return { schedule: await schedules.add(actor, input) };
    },
    schedules: () => ({ schedules: schedules.list() }),
    scheduleRemove: async ({ id }, { actor }) => {
      await schedules.remove(actor, id);
      return {};
    },
    scheduleEnable: async ({ id, enabled }, { actor }) => ({
      schedule: await schedules.enable(actor, id, enabled),
    }),
  };
}

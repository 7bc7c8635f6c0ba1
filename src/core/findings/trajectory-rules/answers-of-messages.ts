import { firstByte, toUtf16 } from "../../text/source-map.ts";
import type { Message } from "../../trajectory/trajectory.ts";
import { turnAt } from "../from-spikes.ts";
import { visible } from "../rules/rule.ts";
import { idFault } from "./id-shape.ts";
import { mostOpen, openCalls, type OpenCalls } from "./open-calls.ts";
import type { Remark, TrajectoryRuleInput } from "./trajectory-rule.ts";

/** Results that do not fit the calls before them, in files whose messages keep calls and results apart. */
export function answersOfMessages(
  messages: readonly Message[],
  input: TrajectoryRuleInput,
): readonly Remark[] {
  const desk: Desk = {
    open: openCalls(),
    answered: new Set(),
    group: { start: 0, next: 0, names: new Set() },
    told: false,
  };
  const found: Remark[] = [];
  const illShaped = new Set<string>();
  for (const message of messages) {
    if (message.role === "assistant") {
      takeCalls(desk, message);
      const fault = shapeFault(input, message);
      if (!fault || illShaped.has(fault.came)) continue;
      illShaped.add(fault.came);
      found.push(fault);
    } else if (message.role === "tool") {
      const fault = takeResult(desk, message);
      if (fault) found.push(remark(input, message, fault));
    } else if (message.calls.length > 0) {
      // A simulated user may call tools of its own.
      takeCalls(desk, message);
    } else if (message.role === "user") {
      // What was called before stays open, but nobody waits for it: it is no part of the turn that comes.
      const start = desk.open.count();
      desk.group = { start, next: start, names: new Set() };
    }
  }
  return found;
}

/** What is still to be answered. */
interface Desk {
  /** Calls without an answer, of any turn: logs may split a turn, and tools may answer late. */
  readonly open: OpenCalls;
  readonly answered: Set<string>;
  /** The last message that called. */
  group: Group;
  /** The order of this group was told. */
  told: boolean;
}

interface Group {
  /** Number of its first call; it goes up to the last that was made. */
  readonly start: number;
  /** Number of the call after the last one that was answered. */
  next: number;
  readonly names: Set<string>;
}

function takeCalls(desk: Desk, { calls }: Message): void {
  if (calls.length === 0) return;
  const { group, open } = desk;
  const start = open.count();
  open.add(calls);
  // A turn that a log split into several messages is one group as long as nothing of it was answered.
  const isSplit = group.next === group.start;
  const from = isSplit ? Math.max(group.start, open.count() - mostOpen) : start;
  const names = isSplit ? group.names : new Set<string>();
  for (const { name } of calls) names.add(name.text);
  desk.group = { start: from, next: from, names };
  desk.told = false;
}

interface Fault {
  readonly expected: string;
  readonly came: string;
  readonly message: string;
}

function takeResult(desk: Desk, { callId, toolName }: Message): Fault | null {
  const byId = callId !== null && (desk.answered.size > 0 || desk.open.hasIds());
  return byId ? takeById(desk, callId) : takeByOrder(desk, toolName);
}

function takeById(desk: Desk, callId: string): Fault | null {
  const { open, answered, group } = desk;
  const expected = open.first()?.id ?? "no further result";
  const number = open.takeId(callId);
  if (number === null) {
    return {
      expected: visible(expected),
      came: visible(callId),
      message: answered.has(callId)
        ? `The call ${visible(callId)} was answered before: this is a second result for it.`
        : `This result answers a call ${visible(callId)}, and no call before it has that id.`,
    };
  }
  answered.add(callId);
  if (number < group.start) return null;
  const due = open.at(group.next);
  const isDue = number === group.next;
  group.next = Math.max(group.next, number + 1);
  if (isDue || desk.told || !due) return null;
  desk.told = true;
  return {
    expected: visible(due.id ?? due.name.text),
    came: visible(callId),
    message: `The results stand in another order than the calls: ${visible(callId)} is answered where ${visible(due.id ?? "")} was due. A policy that sees no ids takes them for each other's.`,
  };
}

function takeByOrder(desk: Desk, toolName: string | null): Fault | null {
  const { open, group } = desk;
  const call = open.first();
  open.takeFirst();
  if (!call) {
    if (desk.told || open.count() === 0) return null;
    desk.told = true;
    return {
      expected: "no further result",
      came: visible(toolName ?? "a result"),
      message: `There are more results than calls: nothing called for this one.`,
    };
  }
  group.next++;
  if (toolName === null || call.name.text === toolName || desk.told) return null;
  // A name that no call has is how some logs name the environment, and no mistake.
  if (!group.names.has(toolName)) return null;
  desk.told = true;
  return {
    expected: visible(call.name.text),
    came: visible(toolName),
    message: `A result of ${visible(toolName)} stands where the result of ${visible(call.name.text)} was due: the order of the results is not that of the calls.`,
  };
}

function shapeFault(input: TrajectoryRuleInput, message: Message): Remark | null {
  for (const { id } of message.calls) {
    const fault = id === null ? null : idFault(input.family, id);
    if (fault) return remark(input, message, { ...fault, came: visible(id ?? "") });
  }
  return null;
}

function remark(input: TrajectoryRuleInput, message: Message, fault: Fault): Remark {
  const { transcript } = input;
  const said = message.content ?? message.calls[0]?.name;
  const byte = said ? firstByte(said.map) : message.source.startByte;
  const start = toUtf16(transcript.map, byte) ?? 0;
  const turn = turnAt(transcript.turns, start);
  const end = Math.min(start + 1, transcript.text.length);
  return {
    rule: "F28",
    severity: "warning",
    turn: transcript.turns[turn]?.index ?? 0,
    start,
    end,
    control: null,
    recoversAt: end,
    ...fault,
  };
}

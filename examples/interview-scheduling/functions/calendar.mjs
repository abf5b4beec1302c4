// The interviewers' calendars, as AWS Lambda handlers. Standard library only; the answers follow
// from the event alone, so a run can be repeated and compared.

const BUSY = new Map([
  ["grace", ["2026-12-07T09:00:00Z", "2026-12-09T16:00:00Z"]],
  ["alan", []],
  ["katherine", ["2026-12-08T10:00:00Z"]],
]);

/** Whose calendar answers only at the second attempt. */
const SLOW = new Set(["katherine"]);

/** The interviewer keeps no calendar here. */
export class CalendarNotFound extends Error {
  name = "CalendarNotFound";
}

/** The calendar asks to come back later. */
export class CalendarBusy extends Error {
  name = "CalendarBusy";
}

/** Tells which of the offered hours are free in one interviewer's calendar. */
export async function readCalendar(event) {
  const busy = BUSY.get(event.interviewer);
  if (busy === undefined) {
    throw new CalendarNotFound(`${event.interviewer} keeps no calendar`);
  }
  if (SLOW.has(event.interviewer) && event.attempt === 0) {
    throw new CalendarBusy(`${event.interviewer}'s calendar is busy`);
  }
  return { free: event.slots.filter((slot) => !busy.includes(slot)) };
}

/** Picks the first offered hour at which everybody who keeps a calendar is free; null if none is. */
export async function pickSlot(event) {
  const present = event.calendars.filter((calendar) => !calendar.absent);
  const slot = event.slots
    .filter((candidate) => Date.parse(candidate) >= Date.parse(event.notBefore))
    .find((candidate) => present.every((calendar) => calendar.free.includes(candidate)));
  return { slot: slot ?? null, interviewers: present.map((calendar) => calendar.interviewer) };
}

/** Books the room and writes the invitation. */
export async function scheduleInterview(event) {
  return {
    id: event.interviewId,
    at: event.slot,
    room: process.env.ROOM ?? "to be announced",
    invited: [event.candidate.email, ...event.interviewers],
  };
}

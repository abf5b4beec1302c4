// Calls the handlers as Lambda does, without a workflow. Run: node --test (in this folder).

import assert from "node:assert/strict";
import { test } from "node:test";

import { pickSlot, readCalendar } from "./calendar.mjs";
import { addCandidate, checkCandidate } from "./candidates.mjs";

const NINE = "2026-12-07T09:00:00Z";
const ONE = "2026-12-07T13:00:00Z";

test("known candidates offer hours, unknown ones none", async () => {
  const ada = await checkCandidate({ candidate: { email: "ada@example.com" } });
  assert.equal(ada.available, true);
  const hedy = await checkCandidate({ candidate: { email: "hedy@example.com" } });
  assert.deepEqual(hedy, { available: false, slots: [] });
});

test("an address without @ is refused by name", async () => {
  await assert.rejects(addCandidate({ name: "N", email: "n" }), { name: "CandidateInvalid" });
});

test("a calendar leaves out busy hours, answers late, or is not there", async () => {
  const read = (interviewer, attempt) => readCalendar({ interviewer, attempt, slots: [NINE, ONE] });
  assert.deepEqual(await read("grace", 0), { free: [ONE] });
  await assert.rejects(read("katherine", 0), { name: "CalendarBusy" });
  assert.deepEqual(await read("katherine", 1), { free: [NINE, ONE] });
  await assert.rejects(read("ernst", 0), { name: "CalendarNotFound" });
});

test("the first hour that suits everybody is picked", async () => {
  const calendars = [{ interviewer: "a", free: [NINE, ONE] }, { interviewer: "b", free: [ONE] }, { absent: true }];
  const pick = (notBefore) => pickSlot({ slots: [NINE, ONE], calendars, notBefore });
  assert.deepEqual(await pick(NINE), { slot: ONE, interviewers: ["a", "b"] });
  assert.deepEqual(await pick("2026-12-08T00:00:00Z"), { slot: null, interviewers: ["a", "b"] });
});

// The candidates we know, as AWS Lambda handlers. Standard library only; the answers follow from
// the event alone, so a run can be repeated and compared.

const CANDIDATES = new Map([
  ["ada@example.com", ["2026-12-07T09:00:00Z", "2026-12-07T13:00:00Z", "2026-12-08T10:00:00Z"]],
  ["blaise@example.com", ["2026-12-09T16:00:00Z"]],
]);

/** The request can never be met. The class's name is the error that the workflow sees. */
export class CandidateInvalid extends Error {
  name = "CandidateInvalid";
}

/** Looks the candidate up: the hours that they offer, none for somebody we do not know. */
export async function checkCandidate(event) {
  const { email } = requireAddress(event.candidate);
  const slots = CANDIDATES.get(email) ?? [];
  return { available: slots.length > 0, slots };
}

/** Adds a candidate. The same address gets the same id, so adding twice does no harm. */
export async function addCandidate(candidate) {
  const { email } = requireAddress(candidate);
  return { candidateId: `C-${email.split("@")[0]}`, email };
}

function requireAddress(candidate) {
  if (!candidate?.email?.includes("@")) {
    throw new CandidateInvalid(`${candidate?.name ?? "the candidate"} has no address that mail could reach`);
  }
  return candidate;
}

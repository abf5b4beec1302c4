// The referee of scripts/bench-jsonata: asks the Rust benchmark and jsonata.js by turns.
//
//   node bench-jsonata.mjs FOLDER_OF_NPM CASES ROUNDS

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { deepStrictEqual } from "node:assert";
import { join, resolve } from "node:path";

const [folder, casesPath, rounds] = process.argv.slice(2);
const jsonata = createRequire(join(resolve(folder), "node_modules", "x"))("jsonata");
const { document, expressions } = JSON.parse(readFileSync(casesPath, "utf8"));
const text = JSON.stringify(document);

const ours = spawn(
  "cargo",
  ["bench", "--quiet", "--locked", "-p", "stateline-jsonata", "--bench", "typical", "--", "--serve"],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const lines = createInterface({ input: ours.stdout })[Symbol.asyncIterator]();

async function askOurs(number) {
  ours.stdin.write(`${number}\n`);
  const { value, done } = await lines.next();
  if (done) throw new Error("the benchmark has ended early");
  const [whole, rest, ...result] = value.split(" ");
  return { whole: Number(whole), rest: Number(rest), result: JSON.parse(result.join(" ")) };
}

async function evaluate(input, expression) {
  return JSON.stringify(await expression.evaluate(undefined, { states: { input } }));
}

// As the Rust side does it: the best of eight batches of about 10 ms.
async function micros(run) {
  const batch = async (times) => {
    const begun = process.hrtime.bigint();
    for (let n = 0; n < times; n += 1) await run();
    return Number(process.hrtime.bigint() - begun) / 1e3 / times;
  };
  const times = Math.ceil(10_000 / (await batch(100)));
  let best = Infinity;
  for (let n = 0; n < 8; n += 1) best = Math.min(best, await batch(times));
  return best;
}

async function askTheirs(expression) {
  const input = JSON.parse(text);
  return {
    whole: await micros(() => evaluate(JSON.parse(text), expression)),
    rest: await micros(() => evaluate(input, expression)),
    result: JSON.parse(await evaluate(input, expression)),
  };
}

const median = (found) => [...found].sort((a, b) => a - b)[Math.floor(found.length / 2)];
const parsed = expressions.map(({ expression }) => jsonata(expression));
const found = expressions.map(() => ({ ours: [], theirs: [] }));
for (const expression of parsed) await askTheirs(expression); // the compiler's warm-up
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [number, expression] of parsed.entries()) {
    const [mine, theirs] = [await askOurs(number), await askTheirs(expression)];
    deepStrictEqual(mine.result, theirs.result, `results differ: ${expressions[number].expression}`);
    found[number].ours.push(mine);
    found[number].theirs.push(theirs);
  }
}
ours.stdin.end();

// Prints one table and gives the geometric mean of its ratios.
function table(title, member) {
  console.log(`\n${title}, microseconds, medians of ${rounds} rounds`);
  const head = ["stateline", "jsonata.js"].map((name) => name.padStart(10));
  console.log(`${"expression".padEnd(18)} ${head.join(" ")} ${"ratio".padStart(7)}`);
  let logarithms = 0;
  for (const [number, { name }] of expressions.entries()) {
    const [mine, theirs] = ["ours", "theirs"].map((who) => median(found[number][who].map((one) => one[member])));
    logarithms += Math.log(mine / theirs);
    const row = [mine.toFixed(2).padStart(10), theirs.toFixed(2).padStart(10), (mine / theirs).toFixed(3).padStart(7)];
    console.log(`${name.padEnd(18)} ${row.join(" ")}`);
  }
  return Math.exp(logarithms / expressions.length);
}

console.log(`${text.length} characters of document`);
const rest = table("from a document that was read before to JSON text", "rest");
console.log(`geometric mean of the ratios: ${rest.toFixed(3)}`);
const whole = table("from JSON text to JSON text", "whole");
console.log(`geometric mean of the ratios: ${whole.toFixed(3)}, at most 0.25: ${whole <= 0.25 ? "holds" : "MISSED"}`);
process.exitCode = whole <= 0.25 ? 0 : 1;

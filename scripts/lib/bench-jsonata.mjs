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
  const at = value.indexOf(" ");
  return { micros: Number(value.slice(0, at)), result: JSON.parse(value.slice(at + 1)) };
}

async function evaluate(expression) {
  const input = JSON.parse(text);
  return JSON.stringify(await expression.evaluate(undefined, { states: { input } }));
}

// As the Rust side does it: the best of eight batches of about 10 ms.
async function askTheirs(expression) {
  const batch = async (times) => {
    const begun = process.hrtime.bigint();
    for (let n = 0; n < times; n += 1) await evaluate(expression);
    return Number(process.hrtime.bigint() - begun) / 1e3 / times;
  };
  const times = Math.ceil(10_000 / (await batch(100)));
  let best = Infinity;
  for (let n = 0; n < 8; n += 1) best = Math.min(best, await batch(times));
  return { micros: best, result: JSON.parse(await evaluate(expression)) };
}

const median = (found) => [...found].sort((a, b) => a - b)[Math.floor(found.length / 2)];
const parsed = expressions.map(({ expression }) => jsonata(expression));
const found = expressions.map(() => ({ ours: [], theirs: [] }));
for (const expression of parsed) await askTheirs(expression); // the compiler's warm-up
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [number, expression] of parsed.entries()) {
    const [mine, theirs] = [await askOurs(number), await askTheirs(expression)];
    deepStrictEqual(mine.result, theirs.result, `results differ: ${expressions[number].expression}`);
    found[number].ours.push(mine.micros);
    found[number].theirs.push(theirs.micros);
  }
}
ours.stdin.end();

console.log(`${text.length} characters of document, medians of ${rounds} rounds, microseconds`);
console.log(`${"expression".padEnd(18)} ${"stateline".padStart(10)} ${"jsonata.js".padStart(10)} ${"ratio".padStart(7)}`);
let logarithms = 0;
for (const [number, { name }] of expressions.entries()) {
  const [mine, theirs] = [median(found[number].ours), median(found[number].theirs)];
  logarithms += Math.log(mine / theirs);
  const row = [mine.toFixed(2).padStart(10), theirs.toFixed(2).padStart(10), (mine / theirs).toFixed(3).padStart(7)];
  console.log(`${name.padEnd(18)} ${row.join(" ")}`);
}
const mean = Math.exp(logarithms / expressions.length);
console.log(`geometric mean of the ratios: ${mean.toFixed(3)}, at most 0.25: ${mean <= 0.25 ? "holds" : "MISSED"}`);
process.exitCode = mean <= 0.25 ? 0 : 1;

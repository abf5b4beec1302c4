// Runs a Node.js function: fetches invocations from the Lambda Runtime API,
// calls the handler, and posts its answer or its error. It needs nothing but
// Node itself, and is read from standard input, so that no file is left behind.

import http from "node:http";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const taskRoot = process.env.LAMBDA_TASK_ROOT || process.cwd();
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let running; // the invocation at work, so that an error nobody caught finds it

function exchange(method, suffix, body, headers) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent, method, path: `/2018-06-01/runtime/${suffix}`, headers: { ...headers } };
    if (body !== undefined) {
      options.headers["Content-Type"] = "application/json";
      options.headers["Content-Length"] = Buffer.byteLength(body);
    }
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

function errorDocument(error) {
  if (error instanceof Error || (error && typeof error === "object" && "stack" in error && "message" in error)) {
    const trace = typeof error.stack === "string" ? error.stack.split("\n") : [];
    return { errorType: error.name || "Error", errorMessage: String(error.message), trace };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

async function postError(suffix, error) {
  const document = errorDocument(error);
  console.error(error);
  await exchange("POST", suffix, JSON.stringify(document), {
    "Lambda-Runtime-Function-Error-Type": encodeURIComponent(document.errorType),
  });
}

// ------------------------------------------------------------------ loading

function moduleFile(stem) {
  for (const extension of ["", ".js", ".mjs", ".cjs"]) {
    const candidate = stem + extension;
    if (fs.existsSync(candidate) && fs.statSync(candidate).isFile()) return candidate;
  }
  return undefined;
}

async function load(stem, name) {
  const file = moduleFile(stem);
  if (file === undefined) {
    try {
      // A folder with a package.json or an index.js.
      return createRequire(pathToFileURL(stem)) (stem);
    } catch (error) {
      if (error && error.code === "MODULE_NOT_FOUND" && String(error.message).includes(stem)) {
        throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${name}'\nRequire stack:\n- ${taskRoot}`);
      }
      throw error;
    }
  }
  // import() reads ES modules and CommonJS alike.
  return import(pathToFileURL(file).href);
}

function member(loaded, names) {
  let found = loaded;
  for (const name of names) found = found === undefined || found === null ? undefined : found[name];
  return found;
}

async function findHandler(text) {
  const base = path.basename(text);
  const dot = base.indexOf(".");
  if (text.includes("..") || dot < 1 || dot === base.length - 1) {
    throw new RuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  }
  const name = path.join(path.dirname(text), base.slice(0, dot));
  const names = base.slice(dot + 1).split(".");
  let loaded;
  try {
    loaded = await load(path.resolve(taskRoot, name), name);
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    if (error instanceof SyntaxError) throw withName(error, "Runtime.UserCodeSyntaxError");
    if (error && (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND")) {
      throw withName(error, "Runtime.ImportModuleError");
    }
    throw error;
  }
  // What a CommonJS module exports at run time is found under its default export.
  const handler = member(loaded, names) ?? member(loaded.default, names);
  if (handler === undefined || handler === null) {
    throw new RuntimeError("Runtime.HandlerNotFound", `${text} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw new RuntimeError("Runtime.HandlerNotFound", `${text} is not a function`);
  }
  return handler;
}

function withName(error, name) {
  const renamed = new RuntimeError(name, String(error));
  renamed.stack = error.stack;
  return renamed;
}

// ------------------------------------------------------------------ invoking

function contextOf(headers, finish) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const parsed = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    clientContext: parsed("lambda-runtime-client-context"),
    identity: parsed("lambda-runtime-cognito-identity"),
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: (error, result) => finish(error, result),
    fail: (error) => finish(error ?? new Error("handled")),
    succeed: (result) => finish(null, result),
  };
}

// Calls the handler; the promise ends as the function does, in whichever style it was written.
function call(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => {
      process.removeAllListeners("beforeExit");
      if (error !== undefined && error !== null) reject(error);
      else resolve(result);
    };
    const context = contextOf(headers, settle);
    // Where nothing is left to wait for and nobody has answered, the answer is null.
    process.once("beforeExit", () => settle(null, null));
    const callback = (error, result) => {
      if (!context.callbackWaitsForEmptyEventLoop) return settle(error, result);
      process.removeAllListeners("beforeExit");
      process.once("beforeExit", () => settle(error, result));
    };
    let returned;
    try {
      returned = handler(event, context, callback);
    } catch (error) {
      settle(error ?? new Error("handled"));
      return;
    }
    if (returned && typeof returned.then === "function") {
      returned.then((result) => settle(null, result), (error) => settle(error ?? new Error("handled")));
    }
  });
}

async function serve(handler) {
  for (;;) {
    const next = await exchange("GET", "invocation/next");
    const id = next.headers["lambda-runtime-aws-request-id"];
    if (id === undefined) process.exit(0);
    process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"] ?? "";
    running = id;
    try {
      const result = await call(handler, JSON.parse(next.text), next.headers);
      let text;
      try {
        text = JSON.stringify(result === undefined ? null : result) ?? "null";
      } catch {
        throw new Error("Unable to stringify response body");
      }
      await exchange("POST", `invocation/${id}/response`, text);
    } catch (error) {
      await postError(`invocation/${id}/error`, error);
    }
    running = undefined;
  }
}

async function crash(error, status) {
  try {
    await postError(running === undefined ? "init/error" : `invocation/${running}/error`, error);
  } finally {
    process.exit(status);
  }
}

process.on("uncaughtException", (error) => crash(error, 129));
process.on("unhandledRejection", (reason) => {
  const error = new RuntimeError("Runtime.UnhandledPromiseRejection", String(reason));
  if (reason && reason.stack) error.stack = reason.stack;
  crash(error, 128);
});

try {
  await serve(await findHandler(process.env._HANDLER));
} catch (error) {
  await crash(error, 129);
}

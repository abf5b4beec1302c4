// The AWS SDK for JavaScript behind a pipe: each line on stdin is a call, each line on stdout its outcome.
//
// {"id": 1, "config": {…}, "operation": "DescribeExecution", "parameters": {…}, "size": 10}
//
// `config` goes to the client as it is. With `size` the SDK's own paginator collects the pages.
// The outcome is {"id", "answer"} or {"id", "error": {"name", "message", "own"}}, where `own` tells
// whether the SDK threw the class that it has for that error.
import readline from 'node:readline';

import * as sfn from '@aws-sdk/client-sfn';

const clients = new Map();

function clientOf(config) {
  const key = JSON.stringify(config);
  if (!clients.has(key)) {
    clients.set(key, new sfn.SFNClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      ...config,
    }));
  }
  return clients.get(key);
}

async function call({ config, operation, parameters, size }) {
  const client = clientOf(config);
  if (size === undefined) {
    return withoutMetadata(await client.send(new sfn[`${operation}Command`](parameters)));
  }
  const pages = [];
  for await (const page of sfn[`paginate${operation}`]({ client, pageSize: size }, parameters)) {
    pages.push(withoutMetadata(page));
  }
  return pages;
}

function withoutMetadata({ $metadata, ...answer }) {
  return answer;
}

function told(error) {
  const own = sfn[error.name];
  return {
    name: error.name,
    message: error.message,
    own: own !== undefined && own !== sfn.SFNServiceException && error instanceof own && error instanceof sfn.SFNServiceException,
  };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let outcome;
  try {
    outcome = { answer: await call(request) };
  } catch (error) {
    outcome = { error: told(error) };
  }
  process.stdout.write(JSON.stringify({ id: request.id, ...outcome }) + '\n');
}

#!/usr/bin/env node
// A client of Darkroom in plain Node.js (18 or newer), without packages. docs/clients.md explains.
//
//   client.mjs trigger SERVER CASE.json   asks for a case's pictures; prints its case id and job id
//   client.mjs poll SERVER CASEID         follows the job by long polls: one line for each state
//   client.mjs stream SERVER CASEID       follows it by server-sent events
//   client.mjs receive WORKER CASE.json   hands the case to a worker and takes its signed webhooks
//
// DARKROOM_TOKEN is the API key (of `receive`, the worker's token); DARKROOM_WEBHOOK_SECRET (whsec_…) signs webhooks.
// Exit codes: 0 completed, 2 usage or no such job, 3 partial, 4 failed or canceled, 1 anything else.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const comeAgain = new Set([429, 502, 503, 504]);
// A stream says something at least every 20 s; silence beyond this is a connection that is gone.
const silenceMilliseconds = 1000 * Number(process.env.CLIENT_SILENCE_SECONDS ?? 40);

class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// Asks again while the server cannot be reached, restarts, or has too much to do.
async function request(url, { body, headers = {}, signal, read = (answer) => answer } = {}) {
  const all = { 'Content-Type': 'application/json', ...headers };
  if (process.env.DARKROOM_TOKEN) all.Authorization = `Bearer ${process.env.DARKROOM_TOKEN}`;
  for (;;) {
    let seconds = 2;
    try {
      const answer = await fetch(url, { method: body ? 'POST' : 'GET', body, headers: all, signal: signal?.() });
      if (answer.ok) return await read(answer);
      const text = await answer.text();
      if (!comeAgain.has(answer.status)) {
        throw new Failure([404, 410].includes(answer.status) ? 2 : 1, `answered ${answer.status}: ${text}`);
      }
      seconds = Number(answer.headers.get('retry-after') ?? seconds);
    } catch (error) {
      if (error instanceof Failure) throw error;
      console.error(`client: ${error.message}; trying again`);
    }
    await pause(seconds * 1000);
  }
}

const json = (answer) => answer.json();
const show = (job) => console.log(`${job.revision} ${job.status} ${job.completedImages}/${job.totalImages}`);
const exitCode = (status) => ({ completed: 0, partial: 3 })[status] ?? 4;

async function trigger(server, path) {
  const body = await readFile(path);
  // The key makes it safe to ask again when no answer came: it is the same job.
  const key = `example-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
  const job = await request(`${server}/api/generate-case`, { body, headers: { 'Idempotency-Key': key }, read: json });
  console.log(`${job.caseId} ${job.jobId}`);
  return 0;
}

async function poll(server, caseId) {
  let revision = 0;
  for (;;) {
    const url = `${server}/api/cases/${caseId}/image-job?wait=30&after=${revision}`;
    const job = await request(url, { signal: () => AbortSignal.timeout(75_000), read: json });
    if (job.revision === revision) continue;
    revision = job.revision;
    show(job);
    if (job.final) return exitCode(job.status);
  }
}

// The events of one connection.
async function* events(body, onBytes) {
  const decoder = new TextDecoder();
  let [rest, event] = ['', { name: 'message', data: [] }];
  for await (const chunk of body) {
    onBytes();
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const [, field, value] = /^([^:]*):? ?(.*?)\r?$/.exec(line);
      if (line === '') {
        if (event.data.length) yield { ...event, data: event.data.join('\n') };
        event = { id: event.id, name: 'message', data: [] };
      } else if (field === 'id') event.id = value;
      else if (field === 'event') event.name = value;
      else if (field === 'data') event.data.push(value);
    }
  }
}

async function stream(server, caseId) {
  let [place, status, alarm] = [undefined, undefined, undefined];
  // Each try has a signal of its own: one that has gone off stays so.
  const signal = () => {
    clearTimeout(alarm);
    const silence = new AbortController();
    alarm = setTimeout(() => silence.abort(), silenceMilliseconds);
    return silence.signal;
  };
  for (;;) {
    try {
      const headers = place ? { 'Last-Event-ID': place } : {};
      const answer = await request(`${server}/api/cases/${caseId}/events`, { headers, signal });
      if (answer.status === 204) return exitCode(status);
      for await (const event of events(answer.body, () => alarm.refresh())) {
        place = event.id ?? place;
        const data = JSON.parse(event.data);
        if (event.name === 'end') return data.reason === 'deleted' ? 2 : exitCode(status);
        if (event.name !== 'job') continue;
        status = data.status;
        show(data);
      }
    } catch (error) {
      if (error instanceof Failure) throw error;
      console.error(`client: ${error.message}; connecting again`);
    } finally {
      clearTimeout(alarm);
    }
    await pause(2_000);
  }
}

// Standard Webhooks: an HMAC over id, timestamp and body, and a timestamp that is not old.
function isGenuine(headers, body, secret, now) {
  const [id, timestamp] = [headers['webhook-id'] ?? '', headers['webhook-timestamp'] ?? ''];
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const expected = Buffer.from(`v1,${digest}`);
  // Several while the secret is being changed.
  return (headers['webhook-signature'] ?? '').split(' ').some((signature) => {
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

async function readBody(message) {
  const parts = [];
  let length = 0;
  for await (const part of message) {
    length += part.length;
    if (length > 8 << 20) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function receive(worker, path) {
  const secret = process.env.DARKROOM_WEBHOOK_SECRET;
  if (!secret) throw new Failure(2, 'DARKROOM_WEBHOOK_SECRET is not set');
  let newest = [0, 0];
  const status = await new Promise((resolve, reject) => {
    const server = createServer(async (message, answer) => {
      const end = (code) => answer.writeHead(code).end(code === 200 ? '{"success": true}' : '{}');
      const body = await readBody(message);
      if (!body) return end(413);
      if (!isGenuine(message.headers, body, secret, Date.now() / 1000)) {
        console.error('client: a webhook that is not genuine');
        return end(401);
      }
      const update = JSON.parse(body);
      end(200);
      // A webhook may come twice, or after a newer one: only what is newer counts, and all are answered 200.
      const isNewer = update.epoch > newest[0] || (update.epoch === newest[0] && update.version > newest[1]);
      if (!isNewer) return;
      newest = [update.epoch, update.version];
      console.log(`${newest.join('.')} ${update.status} ${update.completedImages}/${update.totalImages}`);
      if (update.final) server.close(() => resolve(update.status));
      if (update.final) server.closeIdleConnections?.();
    });
    server.listen(0, '127.0.0.1', async () => {
      try {
        const webhookUrl = `http://127.0.0.1:${server.address().port}/hook`;
        console.log(`listening ${webhookUrl}`);
        const body = JSON.stringify({ ...JSON.parse(await readFile(path)), webhookUrl });
        await request(`${worker}/api/generate-case-images`, { body });
      } catch (error) {
        reject(error);
      }
    });
  });
  return exitCode(status);
}

const commands = { trigger, poll, stream, receive };
const [command, server, subject, ...more] = process.argv.slice(2);
if (!commands[command] || !subject || more.length) {
  console.error((await readFile(new URL(import.meta.url), 'utf8')).split('\n').slice(1, 10).join('\n').replaceAll('// ', ''));
  process.exit(2);
}
try {
  process.exit(await commands[command](server.replace(/\/$/, ''), subject));
} catch (error) {
  console.error(`client: ${error.message}`);
  process.exit(error.code === 2 ? 2 : 1);
}

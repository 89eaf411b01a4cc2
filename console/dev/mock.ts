/** Plays the server for `npm run mock` and `npm run preview:mock`, so that every page can be seen without one. Never shipped. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Connect, Plugin } from 'vite';

import { Problem, respond } from './mock/routes.ts';
import { stream } from './mock/traffic.ts';

/** What the server sends with every page; the console must work under it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function mockApi(): Plugin {
  return {
    name: 'bylaw-mock-api',
    configureServer: ({ middlewares }) => {
      middlewares.use(api);
    },
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use(protect);
      middlewares.use(api);
    },
  };
}

const protect: Connect.NextHandleFunction = (_request, response, next) => {
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  next();
};

const api: Connect.NextHandleFunction = (request, response, next) => {
  const url = new URL(request.url ?? '/', 'http://mock');
  if (!url.pathname.startsWith('/api/v1/')) {
    next();
    return;
  }
  if (url.pathname === '/api/v1/exchanges/live') {
    live(request, response);
    return;
  }
  void handle(request, response, url);
};

async function handle(request: IncomingMessage, response: ServerResponse, url: URL) {
  try {
    const text = await read(request);
    const body = text ? JSON.parse(text) : undefined;
    const path = url.pathname.slice('/api/v1'.length);
    const answer = respond(`${request.method} ${path}`, url.searchParams, body, request.headers.cookie ?? '');
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      response.setHeader(name, value);
    }
    send(response, answer.status ?? 200, 'application/json', answer.body);
  } catch (error) {
    const { status, body } = error instanceof Problem ? error : { status: 500, body: { title: String(error) } };
    send(response, status, 'application/problem+json', { type: 'about:blank', status, ...body });
  }
}

function send(response: ServerResponse, status: number, type: string, body: unknown) {
  response.statusCode = status;
  response.setHeader('content-type', typeof body === 'string' ? 'text/markdown; charset=utf-8' : type);
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function live(request: IncomingMessage, response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': welcome\n\n');
  const stop = stream((exchange) =>
    response.write(`id: ${exchange.id}\nevent: exchange\ndata: ${JSON.stringify(exchange)}\n\n`),
  );
  request.on('close', stop);
}

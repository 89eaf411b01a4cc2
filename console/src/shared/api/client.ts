import createClient, { type Middleware } from 'openapi-fetch';

import type { paths } from './schema';

/** Called when the server says that nobody is signed in any more. */
type SignedOut = () => void;

let csrf: string | undefined;
let signedOut: SignedOut = () => {};

/** Remembers the value that proves to the server that a change was asked for by this page. */
export function rememberCsrf(value: string | undefined) {
  csrf = value;
}

export function onSignedOut(listener: SignedOut) {
  signedOut = listener;
}

const session: Middleware = {
  onRequest({ request }) {
    if (csrf && request.method !== 'GET') {
      request.headers.set('x-bylaw-csrf', csrf);
    }
  },
  onResponse({ request, response }) {
    if (response.status === 401 && !new URL(request.url).pathname.startsWith('/api/v1/session')) {
      signedOut();
    }
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
api.use(session);

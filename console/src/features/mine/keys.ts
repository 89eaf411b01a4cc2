import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { MyKeys, NewAttestation, NewKey } from '~shared/api/types';

/** The keys with which I sign, and what is asked of them in this session. */
export const keysQuery = queryOptions({
  queryKey: ['mine', 'keys'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/mine/keys', { signal })),
  staleTime: 0,
});

/** Whether this browser can sign, which it does on pages with TLS or of this machine only. */
export const canSign = () => globalThis.PublicKeyCredential !== undefined;

const ALGORITHMS = { es256: -7, eddsa: -8, rs256: -257 } as const;

/** Adds a key: the browser asks which. */
export function useAddKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ asked, name }: { asked: MyKeys; name: string }) =>
      answer(api.POST('/api/v1/mine/keys', { body: await made(asked, name) })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
}

export function useRemoveKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/v1/mine/keys/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
}

async function made(asked: MyKeys, name: string): Promise<NewKey> {
  const credential = (await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Bylaw' },
      user: { id: new TextEncoder().encode(asked.user), name: 'Bylaw', displayName: 'Bylaw' },
      challenge: decoded(asked.to_add),
      pubKeyCredParams: Object.values(ALGORITHMS).map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: credentials(asked),
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
      attestation: 'none',
    },
  })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  const key = response.getPublicKey();
  const number = response.getPublicKeyAlgorithm();
  const algorithm = (Object.keys(ALGORITHMS) as (keyof typeof ALGORITHMS)[]).find((one) => ALGORITHMS[one] === number);
  if (!key || !algorithm) {
    throw new Error('This key signs in a way that Bylaw does not know. Use another one.');
  }
  return {
    name,
    credential: encoded(credential.rawId),
    public: { algorithm, key: encoded(key) },
    client_data: encoded(response.clientDataJSON),
  };
}

/** My signature over the hash of the policy in force: the browser asks me to touch the key. */
export async function signed(asked: MyKeys): Promise<NonNullable<NewAttestation['signature']>> {
  const credential = (await navigator.credentials.get({
    publicKey: {
      challenge: decoded(asked.to_accept),
      allowCredentials: credentials(asked),
      userVerification: 'preferred',
    },
  })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    credential: encoded(credential.rawId),
    authenticator_data: encoded(response.authenticatorData),
    client_data: encoded(response.clientDataJSON),
    signature: encoded(response.signature),
  };
}

const credentials = ({ keys }: MyKeys): PublicKeyCredentialDescriptor[] =>
  keys.map((key) => ({ type: 'public-key', id: decoded(key.credential) }));

/** Base64url without padding (RFC 4648, section 5). */
function encoded(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}

import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { Reveal, RevealDecision } from '~shared/api/types';

import { save } from './queries';

export const revealsQuery = queryOptions({
  queryKey: ['reveals'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/reveals', { signal })),
});

export function useAskReveal(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      answer(api.POST('/api/v1/exchanges/{id}/reveals', { params: { path: { id } }, body: { reason } })),
    onSettled: () => queries.invalidateQueries({ queryKey: revealsQuery.queryKey }),
  });
}

export function useDecideReveal({ id, revision }: Reveal) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (decision: Omit<RevealDecision, 'revision'>) =>
      answer(api.POST('/api/v1/reveals/{id}/decision', { params: { path: { id } }, body: { revision, ...decision } })),
    onSettled: () => queries.invalidateQueries({ queryKey: revealsQuery.queryKey }),
  });
}

/** Has the browser save the encrypted content; only the private key opens it. */
export function useFetchReveal({ id, exchange }: Reveal) {
  return useMutation({
    mutationFn: async () => {
      const call = api.POST('/api/v1/reveals/{id}/content', { params: { path: { id } }, parseAs: 'blob' });
      save((await answer(call)) as unknown as Blob, `${exchange}.age`);
    },
  });
}

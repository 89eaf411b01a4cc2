import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { Erasure } from '~shared/api/types';

import { save } from './queries';

export const erasuresQuery = queryOptions({
  queryKey: ['erasures'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/privacy/erasures', { signal })),
});

/** Has the browser save everything that is kept about a person. */
export function useExportPerson() {
  return useMutation({
    mutationFn: async (id: string) => {
      const call = api.POST('/api/v1/privacy/people/{id}/export', { params: { path: { id } }, parseAs: 'blob' });
      save((await answer(call)) as unknown as Blob, 'bylaw-person.zip');
    },
  });
}

export function useAskErasure() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { person: string; reason: string }) => answer(api.POST('/api/v1/privacy/erasures', { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: erasuresQuery.queryKey }),
  });
}

export function useDecideErasure({ id, revision }: Erasure) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (decide: 'confirm' | 'withdraw') =>
      answer(
        api.POST('/api/v1/privacy/erasures/{id}/decision', { params: { path: { id } }, body: { revision, decide } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: erasuresQuery.queryKey }),
  });
}

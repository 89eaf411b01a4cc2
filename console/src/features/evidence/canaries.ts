import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { BrokenPromise } from '~shared/api/types';

export const canariesQuery = queryOptions({
  queryKey: ['canaries', 'run'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/canaries', { signal })),
});

export const failuresQuery = queryOptions({
  queryKey: ['canaries', 'failures'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/canaries/failures', { signal })),
});

export function useRunCanaries() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.POST('/api/v1/canaries')),
    onSuccess: async (run) => {
      queries.setQueryData(canariesQuery.queryKey, run);
      await queries.invalidateQueries({ queryKey: failuresQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ['evidence'] });
    },
  });
}

/** Closes a broken promise with an explanation, or says that somebody looks into it. */
export function useDecidePromise({ id, revision }: BrokenPromise) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (explanation: string | undefined) =>
      answer(api.POST('/api/v1/canaries/failures/{id}', { params: { path: { id } }, body: { revision, explanation } })),
    onSettled: () => queries.invalidateQueries({ queryKey: failuresQuery.queryKey }),
  });
}

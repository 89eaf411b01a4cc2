import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { NewOwnCanary } from '~shared/api/types';

export const canariesQuery = queryOptions({
  queryKey: ['canaries', 'run'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/canaries', { signal })),
});

export const failuresQuery = queryOptions({
  queryKey: ['canaries', 'failures'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/canaries/failures', { signal })),
});

export const ownCanariesQuery = queryOptions({
  queryKey: ['canaries', 'own'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/canaries/own', { signal })),
});

export function useDefineCanary() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewOwnCanary) => answer(api.POST('/api/v1/canaries/own', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ownCanariesQuery.queryKey }),
  });
}

export function useRemoveCanary() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/v1/canaries/own/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ownCanariesQuery.queryKey }),
  });
}

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

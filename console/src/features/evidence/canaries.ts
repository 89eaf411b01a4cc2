import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';

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

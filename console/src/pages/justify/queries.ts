import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';

const params = (exchange_id: string, t: string | undefined) => ({ path: { exchange_id }, query: t ? { t } : {} });

export function justificationQuery(id: string, token: string | undefined) {
  return queryOptions({
    queryKey: ['justification', id, token],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/justifications/{exchange_id}', { params: params(id, token), signal })),
    // Someone is typing: what they see must not change under them.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useGiveReason(id: string, token: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      answer(api.POST('/api/v1/justifications/{exchange_id}', { params: params(id, token), body: { reason } })),
    onSuccess: (given) => queries.setQueryData(justificationQuery(id, token).queryKey, given),
  });
}

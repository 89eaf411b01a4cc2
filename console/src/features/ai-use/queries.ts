import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { FoundOpinion, MovementQuery } from '~shared/api/types';

export const aiUseQuery = (days: number) =>
  queryOptions({
    queryKey: ['ai-use', days],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/ai-use', { params: { query: { days } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const dataFlowsQuery = (days: number) =>
  queryOptions({
    queryKey: ['ai-use', 'flows', days],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/ai-use/flows', { params: { query: { days } }, signal })),
    placeholderData: keepPreviousData,
  });

export const concealmentsQuery = (days: number) =>
  queryOptions({
    queryKey: ['ai-use', 'concealments', days],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/ai-use/concealments', { params: { query: { days } }, signal })),
    placeholderData: keepPreviousData,
  });

export const movementsQuery = (query: MovementQuery) =>
  queryOptions({
    queryKey: ['ai-use', 'movements', query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/ai-use/movements', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const foundHostsQuery = queryOptions({
  queryKey: ['found-hosts'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/found-hosts', { signal })),
  refetchInterval: 60_000,
});

/** Says what a host is; what is then in use may be another tool. */
export function useJudgeFoundHost(host: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: FoundOpinion) =>
      answer(api.POST('/api/v1/found-hosts/{host}/opinion', { params: { path: { host } }, body })),
    onSuccess: () =>
      Promise.all(
        [['found-hosts'], ['ai-use'], ['tools'], ['reviews']].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';

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

import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';

import { RANGES, type RangeName } from './ranges';

export function overviewQuery(range: RangeName) {
  return queryOptions({
    queryKey: ['overview', range],
    queryFn: ({ signal }) => {
      const to = new Date();
      const from = new Date(to.getTime() - RANGES[range].seconds * 1000);
      const query = { from: from.toISOString(), to: to.toISOString(), bucket: 'auto' } as const;
      return answer(api.GET('/api/v1/overview', { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}

const AT_MOST_EVERY_MS = 3_000;

/** Counts anew soon after something happened, however much does. */
export function useCountAnew() {
  const queries = useQueryClient();
  const planned = useRef<ReturnType<typeof setTimeout>>(undefined);
  return useCallback(() => {
    planned.current ??= setTimeout(() => {
      planned.current = undefined;
      void queries.invalidateQueries({ queryKey: ['overview'] });
    }, AT_MOST_EVERY_MS);
  }, [queries]);
}

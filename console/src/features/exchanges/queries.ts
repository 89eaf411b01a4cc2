import { type InfiniteData, infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { ExchangePage, ExchangeQuery, ExchangeSummary } from '~shared/api/types';

import { type Filter, matches } from './filter';

const PAGE_SIZE = 50;

export function exchangesQuery(filter: Filter) {
  return infiniteQueryOptions({
    queryKey: ['exchanges', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, cursor: pageParam, limit: PAGE_SIZE } as ExchangeQuery;
      return answer(api.GET('/api/v1/exchanges', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function exchangeQuery(id: string, reveal: boolean) {
  return queryOptions({
    queryKey: ['exchange', id, reveal],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/exchanges/{id}', { params: { path: { id }, query: reveal ? { reveal } : {} }, signal })),
    // A record does not change, but how its answer ended is added to it.
    refetchInterval: ({ state }) =>
      state.data && !state.data.completion && isRecent(state.data.exchange.at) ? 2000 : false,
  });
}

const isRecent = (at: string) => Date.now() - Date.parse(at) < 60_000;

/** Puts exchanges that have just arrived at the head of the list shown; returns how many belonged there. */
export function useArrivals(filter: Filter) {
  const queries = useQueryClient();
  return useCallback(
    (arrived: ExchangeSummary[]) => {
      const fitting = arrived.filter((exchange) => matches(filter, exchange)).reverse();
      if (fitting.length > 0) {
        queries.setQueryData<InfiniteData<ExchangePage, string | undefined>>(
          ['exchanges', filter],
          (shown) => shown && prepend(shown, fitting),
        );
      }
    },
    [queries, filter],
  );
}

function prepend<Data extends InfiniteData<ExchangePage, unknown>>(shown: Data, fitting: ExchangeSummary[]): Data {
  const [head, ...rest] = shown.pages;
  if (!head) {
    return shown;
  }
  const known = new Set(head.items.map((exchange) => exchange.id));
  const items = [...fitting.filter((exchange) => !known.has(exchange.id)), ...head.items];
  return { ...shown, pages: [{ ...head, items }, ...rest] };
}

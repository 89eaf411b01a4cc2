import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { InHouseGiven, Tool, ToolDecision } from '~shared/api/types';

export const toolsQuery = queryOptions({
  queryKey: ['tools'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/tools', { signal })),
  staleTime: 30_000,
});

export function useDecide(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ToolDecision) =>
      answer(api.PUT('/api/v1/tools/{id}/decision', { params: { path: { id } }, body })),
    onSuccess: (decided) => {
      queries.setQueryData<Tool[]>(toolsQuery.queryKey, (tools) =>
        tools?.map((tool) => (tool.id === id ? decided : tool)),
      );
    },
  });
}

export const inHouseQuery = queryOptions({
  queryKey: ['in-house-models'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/in-house-models', { signal })),
  staleTime: 30_000,
});

/** What is done with a model of one's own: registered, changed, or taken out of the catalogue. */
export type InHouseStep =
  | { register: InHouseGiven }
  | { amend: InHouseGiven; tool: string; revision: number }
  | { withdraw: string; revision: number };

export function useInHouse() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (step: InHouseStep) => {
      if ('register' in step) {
        return answer(api.POST('/api/v1/in-house-models', { body: step.register }));
      }
      const query = { revision: step.revision };
      if ('amend' in step) {
        const params = { path: { tool: step.tool }, query };
        return answer(api.PUT('/api/v1/in-house-models/{tool}', { params, body: step.amend }));
      }
      const params = { path: { tool: step.withdraw }, query };
      return answer(api.DELETE('/api/v1/in-house-models/{tool}', { params }));
    },
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: toolsQuery.queryKey }),
        queries.invalidateQueries({ queryKey: inHouseQuery.queryKey }),
      ]),
  });
}

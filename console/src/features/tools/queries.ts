import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { Tool, ToolDecision } from '~shared/api/types';

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

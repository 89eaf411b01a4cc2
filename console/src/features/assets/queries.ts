import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { AssetDeclaration, AssetOpinion } from '~shared/api/types';

export const myAssetsQuery = queryOptions({
  queryKey: ['assets', 'mine'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/assets/mine', { signal })),
});

export const assetsQuery = queryOptions({
  queryKey: ['assets', 'all'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/assets', { signal })),
});

function useAssetChange<Given, Done>(change: (given: Given) => Promise<Done>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queries.invalidateQueries({ queryKey: ['assets'] }) });
}

export const useDeclare = () =>
  useAssetChange((body: AssetDeclaration) => answer(api.POST('/api/v1/assets', { body })));

export const useWithdrawAsset = () =>
  useAssetChange(({ id, revision }: { id: string; revision: number }) =>
    answer(api.DELETE('/api/v1/assets/{id}', { params: { path: { id }, query: { revision } } })),
  );

export const useOpinion = (id: string) =>
  useAssetChange((body: AssetOpinion) =>
    answer(api.POST('/api/v1/assets/{id}/opinion', { params: { path: { id } }, body })),
  );

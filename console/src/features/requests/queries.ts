import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type {
  ExceptionStep,
  NewExceptionRequest,
  NewToolRequest,
  ReviewStep,
  ToolReview,
  ToolReviewSummary,
} from '~shared/api/types';

export const myToolRequestsQuery = queryOptions({
  queryKey: ['requests', 'tools'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/tool-requests', { signal })),
});

export const myExceptionRequestsQuery = queryOptions({
  queryKey: ['requests', 'exceptions'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/exception-requests/mine', { signal })),
});

export const exceptionTermsQuery = queryOptions({
  queryKey: ['requests', 'terms'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/exception-requests/terms', { signal })),
});

export const exceptionRequestsQuery = queryOptions({
  queryKey: ['requests', 'queue'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/exception-requests', { signal })),
});

export const toolReviewsQuery = queryOptions({
  queryKey: ['reviews'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/tool-reviews', { signal })),
});

export const toolReviewQuery = (id: string) =>
  queryOptions({
    queryKey: ['reviews', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/tool-reviews/{id}', { params: { path: { id } }, signal })),
    // Someone is writing answers: what they see must not change under them.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A change of what people asked for; every list of it is read again. */
function useRequestChange<Given, Done>(change: (given: Given) => Promise<Done>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['requests'] }),
  });
}

export const useRequestTool = () =>
  useRequestChange((body: NewToolRequest) => answer(api.POST('/api/v1/tool-requests', { body })));

export const useWithdrawToolRequest = () =>
  useRequestChange(({ id, revision }: { id: string; revision: number }) =>
    answer(api.DELETE('/api/v1/tool-requests/{id}', { params: { path: { id }, query: { revision } } })),
  );

export const useRequestException = () =>
  useRequestChange((body: NewExceptionRequest) => answer(api.POST('/api/v1/exception-requests', { body })));

export const useExceptionStep = () =>
  useRequestChange(({ id, revision, step }: { id: string; revision: number; step: ExceptionStep }) =>
    answer(api.POST('/api/v1/exception-requests/{id}/steps', { params: { path: { id } }, body: { revision, step } })),
  );

/** A change of a review, which is then shown as it became. */
function useReviewChange<Given>(id: string, change: (given: Given) => Promise<ToolReview>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (review) => {
      queries.setQueryData(toolReviewQuery(id).queryKey, review);
      queries.setQueryData<ToolReviewSummary[]>(toolReviewsQuery.queryKey, (all) =>
        all?.map((one) => (one.id === id ? review.review : one)),
      );
    },
  });
}

export const useReviewStep = (id: string, revision: number) =>
  useReviewChange(id, (step: ReviewStep) =>
    answer(api.POST('/api/v1/tool-reviews/{id}/steps', { params: { path: { id } }, body: { revision, step } })),
  );

export const rubricQuery = queryOptions({
  queryKey: ['rubric'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/tool-reviews/rubric', { signal })),
});

/** Changes how much questions count; every score is asked anew. */
export function useWeights(revision: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (weights: Record<string, number>) =>
      answer(api.PUT('/api/v1/tool-reviews/rubric', { body: { revision, weights } })),
    onSuccess: async (rubric) => {
      queries.setQueryData(rubricQuery.queryKey, rubric);
      await queries.invalidateQueries({ queryKey: ['reviews'] });
    },
  });
}

export interface GivenAnswer {
  question: string;
  value: string;
  note: string;
}

export const useAnswers = (id: string, revision: number) =>
  useReviewChange(id, (answers: GivenAnswer[]) =>
    answer(api.PUT('/api/v1/tool-reviews/{id}/answers', { params: { path: { id } }, body: { revision, answers } })),
  );

/** Sends a file as it is; the review is read again, as its revision moved on. */
export function useAddEvidence(id: string, revision: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (file: File) =>
      answer(
        api.POST('/api/v1/tool-reviews/{id}/evidence', {
          params: { path: { id }, query: { revision, name: file.name } },
          body: file as unknown as number[],
          bodySerializer: (body) => body as unknown as Blob,
          headers: { 'content-type': 'application/octet-stream' },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['reviews', id] }),
  });
}

export function useNoteTerms(id: string, revision: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (terms: { link: string; text: string }) =>
      answer(api.POST('/api/v1/tool-reviews/{id}/terms', { params: { path: { id } }, body: { revision, ...terms } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['reviews'] }),
  });
}

import type { Mistake } from './types';

interface ProblemBody {
  title?: string;
  detail?: string | null;
  errors?: Mistake[] | null;
}

/** An answer that was not a success, in the words of RFC 9457; `status` 0 means that no answer came. */
export class Problem extends Error {
  readonly status: number;
  readonly detail: string | undefined;
  readonly mistakes: Mistake[];

  constructor(status: number, body: ProblemBody) {
    super(body.title ?? `The server answered ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.detail = body.detail ?? undefined;
    this.mistakes = body.errors ?? [];
  }
}

/** The problem with `status` if `error` is one. */
export function isProblem(error: unknown, status: number): error is Problem {
  return error instanceof Problem && error.status === status;
}

const UNREACHABLE = {
  title: 'Bylaw cannot be reached',
  detail: 'The server did not answer. Check your connection; the page tries again by itself.',
};

/** The body of a successful call; throws a `Problem` otherwise. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw new Problem(0, { ...UNREACHABLE, detail: cause instanceof TypeError ? UNREACHABLE.detail : String(cause) });
  });
  if (!response.ok) {
    throw new Problem(response.status, typeof error === 'object' && error !== null ? error : {});
  }
  return data as T;
}

import { useMutation } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer } from '~shared/api/problem';
import type { Check } from '~shared/api/types';
import { Page } from '~shared/ui/Page';

import { Answer } from './Answer';
import { AskForm } from './AskForm';
import css from './CanIPage.module.css';

export function CanIPage() {
  const check = useMutation({
    mutationFn: async (asked: Check) => ({ asked, result: await answer(api.POST('/api/v1/check', { body: asked })) }),
  });
  return (
    <Page
      title="Can I?"
      lead="Try something before you send it. Nothing is sent to the tool, and what you type is not kept."
    >
      <div className={css.columns}>
        <AskForm asking={check.isPending} onAsk={(asked) => check.mutate(asked)} />
        <Answer outcome={check.data} error={check.error} />
      </div>
    </Page>
  );
}

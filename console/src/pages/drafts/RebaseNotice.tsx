import { Button } from '@mantine/core';

import { useSave } from '~features/drafts/queries';
import type { DraftDocument } from '~shared/api/types';

import css from './Drafts.module.css';

/** The draft builds on a version that is not in force any more: its writers look at what changed, then say so. */
export function RebaseNotice({ draft, version }: { draft: DraftDocument; version: string }) {
  const save = useSave(draft.id);
  return (
    <div className={css.form}>
      <p>
        Another version, <code>{version}</code>, came into force since this draft was begun. The review shows what the
        draft changes of it. If that is what you want:
      </p>
      {save.error && <p role="alert">{save.error.message}</p>}
      <div className={css.buttons}>
        <Button
          variant="default"
          loading={save.isPending}
          onClick={() => save.mutate({ source: draft.source, revision: draft.revision, base: version })}
        >
          Base it on {version}
        </Button>
      </div>
    </div>
  );
}

import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useBlocker, useNavigate } from 'react-router';

import { draftQuery, lintQuery, usePublish } from '~features/policy/queries';
import { Problem } from '~shared/api/problem';
import type { Mistake } from '~shared/api/types';
import { Page } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';

import { LeaveDialog } from './LeaveDialog';
import { Mistakes } from './Mistakes';
import css from './PolicyEditPage.module.css';
import { SourceEditor, type SourceHandle } from './SourceEditor';

export function PolicyEditPage() {
  const { data, error, refetch } = useQuery(draftQuery);
  if (data !== undefined) {
    return <Editor base={data.base} published={data.source} />;
  }
  return (
    <Page title="Edit the policy">
      {error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={14} />}
    </Page>
  );
}

const isError = (mistake: Mistake) => mistake.severity !== 'warning';

function Editor({ base, published }: { base: string; published: string }) {
  const [source, setSource] = useState(published);
  const [settled] = useDebouncedValue(source, 400);
  const lint = useQuery({ ...lintQuery(settled), placeholderData: keepPreviousData });
  const publish = usePublish(base);
  const navigate = useNavigate();
  const editor = useRef<SourceHandle>(null);
  const changed = source !== published;
  const blocker = useBlocker(changed && !publish.isSuccess);

  const refused = publish.error instanceof Problem ? publish.error.mistakes : [];
  const mistakes = lint.data?.mistakes ?? refused;
  const checking = lint.isFetching || settled !== source;
  const ready = changed && !checking && !lint.error && !mistakes.some(isError);

  return (
    <Page
      title="Edit the policy"
      lead="It is checked as you type. Publishing puts it into force at once; a policy with mistakes is refused whole."
      actions={
        <>
          <Button variant="default" onClick={() => void navigate('/policy')}>
            Cancel
          </Button>
          <Button
            disabled={!ready}
            loading={publish.isPending}
            onClick={() => publish.mutate(source, { onSuccess: () => void navigate('/policy') })}
          >
            Publish
          </Button>
        </>
      }
    >
      <div className={css.columns}>
        <SourceEditor ref={editor} value={source} mistakes={mistakes} onChange={setSource} />
        <Mistakes
          mistakes={mistakes}
          checking={checking}
          changed={changed}
          failure={lint.error ?? (refused.length === 0 ? publish.error : null)}
          onPick={(mistake) => editor.current?.goTo(mistake.line, mistake.column)}
        />
      </div>
      <LeaveDialog blocker={blocker} />
    </Page>
  );
}

import { Button, SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useBlocker } from 'react-router';

import { useSave } from '~features/drafts/queries';
import { lintQuery } from '~features/policy/queries';
import { isProblem } from '~shared/api/problem';
import type { DraftDocument } from '~shared/api/types';
import { Nothing } from '~shared/ui/States';

import { ConflictDialog } from './ConflictDialog';
import css from './Drafts.module.css';
import { InsertClause } from './InsertClause';
import { LeaveDialog } from './LeaveDialog';
import { Mistakes } from './Mistakes';
import { Preview } from './Preview';
import { SourceEditor, type SourceHandle } from './SourceEditor';
import writing from './Writing.module.css';

interface Props {
  draft: DraftDocument;
  reload: () => void;
}

export function WritePanel({ draft, reload }: Props) {
  if (draft.state !== 'open') {
    return <Nothing title="This draft is not written in any more">Begin a new one, or take back its date.</Nothing>;
  }
  return <Editor draft={draft} reload={reload} />;
}

/** The source with what is wrong with it, or as employees would read it, beside it. */
function Editor({ draft, reload }: Props) {
  const [source, setSource] = useState(draft.source);
  const [beside, setBeside] = useState('checks');
  const [settled] = useDebouncedValue(source, 400);
  const lint = useQuery({ ...lintQuery(settled), placeholderData: keepPreviousData });
  const save = useSave(draft.id);
  const editor = useRef<SourceHandle>(null);
  const changed = source !== draft.source;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => changed && currentLocation.pathname !== nextLocation.pathname,
  );
  const mistakes = lint.data?.mistakes ?? [];
  const conflict = isProblem(save.error, 409) ? save.error : undefined;
  return (
    <>
      <div className={css.spread}>
        <SegmentedControl
          aria-label="Beside the source"
          data={[
            { value: 'checks', label: 'Checks' },
            { value: 'preview', label: 'As people read it' },
          ]}
          value={beside}
          onChange={setBeside}
        />
        <div className={css.row}>
          <InsertClause source={source} onInsert={setSource} />
          <Button
            disabled={!changed}
            loading={save.isPending}
            onClick={() => save.mutate({ source, revision: draft.revision })}
          >
            Save
          </Button>
        </div>
      </div>
      <div className={writing.columns} data-beside={beside}>
        <SourceEditor ref={editor} value={source} mistakes={mistakes} onChange={setSource} />
        {beside === 'preview' ? (
          <Preview source={settled} />
        ) : (
          <Mistakes
            mistakes={mistakes}
            checking={lint.isFetching || settled !== source}
            changed={changed}
            failure={lint.error ?? (conflict ? null : save.error)}
            onPick={(mistake) => editor.current?.goTo(mistake.line, mistake.column)}
          />
        )}
      </div>
      <ConflictDialog
        draft={draft}
        mine={source}
        problem={conflict}
        onClose={save.reset}
        onTake={(theirs) => {
          setSource(theirs);
          save.reset();
          reload();
        }}
      />
      <LeaveDialog blocker={blocker} />
    </>
  );
}

import { Alert, Button, FileButton } from '@mantine/core';
import { IconFileImport, IconPencilPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';

import { draftsQuery, useBegin } from '~features/drafts/queries';
import { useMay } from '~features/session/session';
import { Problem } from '~shared/api/problem';
import type { DraftSummary } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { Page, Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Drafts.module.css';
import { RolloutPanel } from './RolloutPanel';
import { Versions } from './Versions';
import { STATE_WORDS } from './words';

export function DraftsPage() {
  const drafts = useQuery(draftsQuery);
  const may = useMay();
  const begin = useBegin();
  const navigate = useNavigate();
  const start = (body: { source?: string }) =>
    begin.mutate(body, { onSuccess: ({ id }) => void navigate(`/drafts/${id}/write`) });
  const actions = may('write_policy') && (
    <>
      <FileButton accept=".md,text/markdown" onChange={(file) => void file?.text().then((source) => start({ source }))}>
        {(props) => (
          <Button variant="default" leftSection={<IconFileImport size={16} aria-hidden />} {...props}>
            Import a file
          </Button>
        )}
      </FileButton>
      <Button
        leftSection={<IconPencilPlus size={16} aria-hidden />}
        loading={begin.isPending}
        onClick={() => start({})}
      >
        Begin a draft
      </Button>
    </>
  );
  return (
    <Page
      title="Drafts"
      lead="What may become the policy, and what it was. A draft comes into force once it is in order, tried and approved."
      actions={actions}
    >
      <div className={css.stack}>
        {begin.error && <Refused error={begin.error} />}
        <Panel title="Drafts">
          {drafts.data ? (
            <DraftList drafts={drafts.data} />
          ) : drafts.error ? (
            <Failed error={drafts.error} retry={() => void drafts.refetch()} />
          ) : (
            <Lines count={4} />
          )}
        </Panel>
        <RolloutPanel />
        <Versions />
      </div>
    </Page>
  );
}

/** An import that was refused, with the place of every mistake. */
function Refused({ error }: { error: Error }) {
  const problem = error instanceof Problem ? error : undefined;
  return (
    <Alert role="alert" color="ink" title={error.message}>
      {problem?.detail}
      <ul>
        {problem?.mistakes.map((mistake) => (
          <li key={`${mistake.line} ${mistake.column} ${mistake.message}`}>
            Line {mistake.line}, column {mistake.column}: {mistake.message}. {mistake.remedy}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

function DraftList({ drafts }: { drafts: DraftSummary[] }) {
  if (drafts.length === 0) {
    return <Nothing title="No drafts yet">Begin one from the policy in force, or import a Markdown file.</Nothing>;
  }
  const first = drafts.filter(({ state }) => state === 'open' || state === 'scheduled');
  const rest = drafts.filter((draft) => !first.includes(draft));
  return (
    <ul className={css.list}>
      {[...first, ...rest].map((draft) => (
        <li key={draft.id}>
          <div className={css.spread}>
            <Link to={`/drafts/${draft.id}`} className={css.name}>
              {draft.name}
            </Link>
            <span>
              {STATE_WORDS[draft.state]}
              {draft.at && (
                <>
                  , <Time at={draft.at} />
                </>
              )}
            </span>
          </div>
          <p className={css.note}>
            by {draft.author}, changed <Time at={draft.changed_at} as="relative" />
            {draft.approved.length > 0 && ` · approved for ${draft.approved.join(', ')}`}
            {draft.open_comments > 0 && ` · ${counted(draft.open_comments, 'open comment')}`}
            {draft.state === 'open' && !draft.current && ' · builds on an older version'}
          </p>
          {draft.returned && <p className={css.warn}>Did not come into force: {draft.returned}</p>}
        </li>
      ))}
    </ul>
  );
}

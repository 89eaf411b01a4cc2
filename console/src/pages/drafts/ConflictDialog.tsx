import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { api } from '~shared/api/client';
import { answer, type Problem } from '~shared/api/problem';
import type { DraftDocument } from '~shared/api/types';
import { Failed, Lines } from '~shared/ui/States';

import css from './Drafts.module.css';
import { lineDifferences } from './lines';

interface Props {
  draft: DraftDocument;
  mine: string;
  problem: Problem | undefined;
  onClose: () => void;
  onTake: (theirs: string) => void;
}

/** Somebody else saved first: what they have and what is here, and nothing lost of either. */
export function ConflictDialog({ draft, mine, problem, onClose, onTake }: Props) {
  return (
    <Modal
      opened={problem !== undefined}
      onClose={onClose}
      size="xl"
      title="Somebody else changed this draft"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p>{problem?.detail}</p>
      {problem && <Theirs id={draft.id} mine={mine} onClose={onClose} onTake={onTake} />}
    </Modal>
  );
}

function Theirs({ id, mine, onClose, onTake }: { id: string; mine: string } & Pick<Props, 'onClose' | 'onTake'>) {
  const theirs = useQuery({
    queryKey: ['drafts', id, 'theirs'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/drafts/{id}', { params: { path: { id } }, signal })),
    gcTime: 0,
    staleTime: 0,
  });
  if (!theirs.data) {
    return theirs.error ? <Failed error={theirs.error} /> : <Lines />;
  }
  const { source, writers, revision } = theirs.data;
  const keep = () => navigator.clipboard.writeText(mine).then(() => onTake(source));
  return (
    <div className={css.form}>
      <p>
        Revision {revision} is by {writers.join(', ')}. Lines that differ, theirs with <code>-</code>, yours with{' '}
        <code>+</code>:
      </p>
      <pre className={css.source}>{lineDifferences(source, mine).join('\n')}</pre>
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose}>
          Keep mine open
        </Button>
        <Button variant="default" onClick={() => void keep()}>
          Copy mine, load theirs
        </Button>
        <Button onClick={() => onTake(source)}>Load theirs</Button>
      </div>
    </div>
  );
}

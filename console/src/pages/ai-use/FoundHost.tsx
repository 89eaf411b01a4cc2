import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'react-router';

import { useJudgeFoundHost } from '~features/ai-use/queries';
import { useMay } from '~features/session/session';
import type { Found } from '~shared/api/types';
import { counted, formatBytes } from '~shared/format/numbers';
import { Complaint } from '~shared/ui/Complaint';
import { Time } from '~shared/ui/Time';
import { Word } from '~shared/ui/Word';

import css from './AiUsePage.module.css';
import { DismissDialog } from './DismissDialog';
import { ListDialog, type Listing } from './ListDialog';

const STATES = {
  open: ['To review', 'busy'],
  listed: ['Listed', 'good'],
  in_review: ['Under review', 'busy'],
  dismissed: ['No AI tool', 'plain'],
} as const;

export function FoundHost({ found }: { found: Found }) {
  const [word, tone] = STATES[found.state];
  return (
    <article aria-label={found.host} className={css.foundHost}>
      <header className={css.foundHead}>
        <h3>{found.host}</h3>
        <span className="muted">score {found.score}</span>
        <Word tone={tone}>{word}</Word>
        {found.tool && <Link to={`/tools/${found.tool}?state=all`}>The tool</Link>}
        {found.review && <Link to={`/reviews/${found.review}`}>The review</Link>}
      </header>
      <ul className={css.reasons}>
        {found.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <p className={css.facts}>
        <span>{counted(found.people, 'person', 'people')}</span>
        <span>{counted(found.times, 'use')}</span>
        <span>
          {formatBytes(found.bytes_up)} sent, {formatBytes(found.bytes_down)} received
        </span>
        <span>
          first seen <Time at={found.first_seen} as="relative" />
        </span>
        <span>{found.hosts.join(', ')}</span>
      </p>
      {found.reason && (
        <p>
          {found.by}: {found.reason}
        </p>
      )}
      <Choices found={found} />
    </article>
  );
}

type Choice = 'list' | 'review' | 'dismiss';

function Choices({ found }: { found: Found }) {
  const may = useMay();
  const judge = useJudgeFoundHost(found.host);
  const [opened, dialog] = useDisclosure(false);
  const [choice, setChoice] = useState<Choice>('list');
  if (!may('decide_tools') || found.state === 'in_review') {
    return null;
  }
  const ask = (next: Choice) => {
    judge.reset();
    setChoice(next);
    dialog.open();
  };
  const say = (opinion: Parameters<typeof judge.mutate>[0]['opinion']) =>
    judge.mutate({ revision: found.revision, opinion }, { onSuccess: dialog.close });
  const listed = (listing: Listing) => say(choice === 'list' ? { list: listing } : { review: listing });
  return (
    <div className={css.choices}>
      {found.state === 'open' && (
        <>
          <Button size="xs" onClick={() => ask('list')}>
            List as a tool
          </Button>
          <Button size="xs" variant="default" onClick={() => ask('review')}>
            List and have it reviewed
          </Button>
          <Button size="xs" variant="default" onClick={() => ask('dismiss')}>
            No AI tool
          </Button>
        </>
      )}
      {found.state === 'listed' && (
        <Button
          size="xs"
          variant="default"
          loading={judge.isPending}
          onClick={() => say({ review: { name: found.host, category: 'unknown' } })}
        >
          Have it reviewed
        </Button>
      )}
      {(found.state === 'dismissed' || found.state === 'listed') && (
        <Button size="xs" variant="default" loading={judge.isPending} onClick={() => say('reopen')}>
          Look at it again
        </Button>
      )}
      {!opened && <Complaint error={judge.error} />}
      {choice === 'dismiss' ? (
        <DismissDialog opened={opened} found={found} judge={judge} onClose={dialog.close} onSay={say} />
      ) : (
        <ListDialog
          opened={opened}
          found={found}
          title={choice === 'list' ? `List ${found.host} as a tool` : `List ${found.host} and have it reviewed`}
          judge={judge}
          onClose={dialog.close}
          onList={listed}
        />
      )}
    </div>
  );
}

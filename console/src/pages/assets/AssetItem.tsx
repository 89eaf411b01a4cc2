import { Button, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';

import { useOpinion, useWithdrawAsset } from '~features/assets/queries';
import { useSession } from '~features/session/session';
import type { Asset, AssetOpinion } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { Complaint } from '~shared/ui/Complaint';
import queue from '~shared/ui/queue.module.css';
import { Word } from '~shared/ui/Word';
import css from './AssetsPage.module.css';
import { ASSET_WORDS, CONTRIBUTION_WORDS, FLAG_WORDS, KIND_WORDS } from './words';

export function AssetItem({ asset, reviewer }: { asset: Asset; reviewer: boolean }) {
  const session = useSession();
  const withdraw = useWithdrawAsset();
  const [reviewing, { toggle, close }] = useDisclosure(false);
  const [word, tone] = ASSET_WORDS[asset.state];
  const { declared } = asset;
  const mine = asset.by === session.user.name;
  return (
    <li className={queue.item}>
      <div className={queue.head}>
        <span className={queue.name}>{declared.title}</span>
        <Word tone={tone}>{word}</Word>
        <span className="muted">
          {KIND_WORDS[declared.kind]}, made with {asset.tool_name} on {formatDay(declared.made_on)}
          {reviewer && `, declared by ${asset.by}`}
        </span>
      </div>
      <p>
        {CONTRIBUTION_WORDS[declared.contribution]}
        {declared.contribution_text && `: ${declared.contribution_text}`}
      </p>
      <p className="muted">
        Terms: {declared.licence}. Used in: {declared.used_in}.
      </p>
      {asset.flags.length > 0 && (
        <ul className={css.flags} aria-label="Needs a second look">
          {asset.flags.map((flag) => (
            <li key={flag}>{FLAG_WORDS[flag]}</li>
          ))}
        </ul>
      )}
      {asset.said && (
        <p>
          {asset.said.by}: {asset.said.text}
        </p>
      )}
      <div className={queue.buttons}>
        {mine && asset.state === 'declared' && (
          <Button
            size="compact-md"
            variant="default"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate({ id: asset.id, revision: asset.revision })}
          >
            Take it back
          </Button>
        )}
        {reviewer && !mine && asset.state !== 'withdrawn' && (
          <Button size="compact-md" variant="default" onClick={toggle} aria-expanded={reviewing}>
            Review
          </Button>
        )}
      </div>
      <Complaint error={withdraw.error} />
      {reviewing && <OpinionForm asset={asset} onDone={close} />}
    </li>
  );
}

const VERDICTS: [AssetOpinion['verdict'], string][] = [
  ['clear', 'Clear it'],
  ['restrict', 'Restrict it'],
  ['bar', 'Bar it'],
];

function OpinionForm({ asset, onDone }: { asset: Asset; onDone: () => void }) {
  const give = useOpinion(asset.id);
  const [text, setText] = useState('');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const button = (event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement | null;
    const verdict = (button?.value ?? 'clear') as AssetOpinion['verdict'];
    give.mutate({ revision: asset.revision, verdict, text: text.trim() }, { onSuccess: onDone });
  };
  return (
    <form className={queue.form} onSubmit={submit} aria-label={`Review ${asset.declared.title}`}>
      <Textarea
        label="What you say about it"
        description="Why or, where it is restricted, in which ways it may be used."
        required
        withAsterisk={false}
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Complaint error={give.error} />
      <div className={queue.buttons}>
        {VERDICTS.map(([verdict, word]) => (
          <Button key={verdict} type="submit" value={verdict} variant="default" loading={give.isPending}>
            {word}
          </Button>
        ))}
      </div>
    </form>
  );
}

import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { useDeclare } from '~features/assets/queries';
import { toolsQuery } from '~features/tools/queries';
import type { AssetDeclaration } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';

import queue from '~shared/ui/queue.module.css';
import { CONTRIBUTION_WORDS, KIND_WORDS } from './words';

const choices = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }));

export function DeclareForm({ onDone }: { onDone: () => void }) {
  const { data: tools = [] } = useQuery(toolsQuery);
  const declare = useDeclare();
  const [tool, setTool] = useState<string | null>(null);
  const [kind, setKind] = useState('text');
  const [contribution, setContribution] = useState('edited');

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const body: AssetDeclaration = {
      title: text('title'),
      kind: kind as AssetDeclaration['kind'],
      tool: tool ?? '',
      made_on: text('made_on'),
      licence: text('licence'),
      contribution: contribution as AssetDeclaration['contribution'],
      contribution_text: text('contribution_text'),
      used_in: text('used_in'),
    };
    declare.mutate(body, { onSuccess: onDone });
  };

  return (
    <form className={queue.form} onSubmit={submit} aria-label="Declare an asset">
      <TextInput name="title" label="What it is called" required withAsterisk={false} maxLength={200} />
      <Select
        label="What it is"
        data={choices(KIND_WORDS)}
        value={kind}
        onChange={(value) => setKind(value ?? kind)}
        allowDeselect={false}
      />
      <Select
        label="Tool"
        data={tools.map(({ id, name }) => ({ value: id, label: name }))}
        value={tool}
        onChange={setTool}
        searchable
      />
      <TextInput
        type="date"
        name="made_on"
        label="Made on"
        defaultValue={new Date().toISOString().slice(0, 10)}
        required
        withAsterisk={false}
      />
      <Textarea
        name="licence"
        label="Under which terms may we use it?"
        description="The vendor’s terms or licence, as you read them."
        required
        withAsterisk={false}
        autosize
      />
      <Select
        label="What did people add?"
        data={choices(CONTRIBUTION_WORDS)}
        value={contribution}
        onChange={(value) => setContribution(value ?? contribution)}
        allowDeselect={false}
      />
      {contribution !== 'none' && (
        <Textarea name="contribution_text" label="In words" required withAsterisk={false} autosize />
      )}
      <TextInput name="used_in" label="Where is it used?" required withAsterisk={false} />
      <Complaint error={declare.error} />
      <div className={queue.buttons}>
        <Button type="submit" loading={declare.isPending} disabled={!tool}>
          Declare it
        </Button>
      </div>
    </form>
  );
}

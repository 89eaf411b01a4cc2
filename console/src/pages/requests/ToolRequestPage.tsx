import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { DataClasses } from '~features/requests/DataClasses';
import { useRequestTool } from '~features/requests/queries';
import { toolsQuery } from '~features/tools/queries';
import { STATE_WORDS } from '~shared/format/words';
import { Complaint } from '~shared/ui/Complaint';
import { Page, Panel } from '~shared/ui/Page';

import queue from '~shared/ui/queue.module.css';

const OTHER = 'another tool';

/** Ask for a tool; a link such as `/requests/tool?tool=chatgpt` has it chosen. */
export function ToolRequestPage() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const { data: tools = [] } = useQuery(toolsQuery);
  const request = useRequestTool();
  const [tool, setTool] = useState<string | null>(params.get('tool'));
  const [data, setData] = useState<string[]>([]);
  const choices = [
    ...tools.map(({ id, name, state }) => ({ value: id, label: `${name} (${STATE_WORDS[state].toLowerCase()})` })),
    { value: OTHER, label: 'Another tool' },
  ];

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const named = (name: string) => String(form.get(name) ?? '').trim();
    const which = tool === OTHER ? { name: named('name'), host: named('host') || null } : { tool };
    request.mutate({ ...which, purpose: named('purpose'), data }, { onSuccess: () => void navigate('/requests') });
  };

  return (
    <Page
      title="Request a tool"
      lead="Requests for the same tool share one review. You see what is decided under “My requests”."
    >
      <Panel title="What do you need?">
        <form className={queue.form} onSubmit={submit}>
          <Select
            label="Tool"
            placeholder="Choose, or “Another tool”"
            data={choices}
            value={tool}
            onChange={setTool}
            searchable
            nothingFoundMessage="Choose “Another tool” and name it"
          />
          {tool === OTHER && (
            <>
              <TextInput name="name" label="Name of the tool" required withAsterisk={false} maxLength={80} />
              <TextInput
                name="host"
                label="Web address"
                description="Where you would use it, if you know: tool.example.com"
              />
            </>
          )}
          <Textarea
            name="purpose"
            label="What would you use it for?"
            required
            withAsterisk={false}
            maxLength={2000}
            autosize
            minRows={3}
          />
          <DataClasses label="Which data would you enter?" value={data} onChange={setData} />
          <Complaint error={request.error} />
          <div className={queue.buttons}>
            <Button type="submit" loading={request.isPending} disabled={!tool}>
              Send the request
            </Button>
          </div>
        </form>
      </Panel>
    </Page>
  );
}
